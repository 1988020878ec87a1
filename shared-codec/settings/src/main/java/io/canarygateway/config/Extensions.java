package io.canarygateway.config;

import io.canarygateway.extension.Extension;
import io.canarygateway.extension.FlagSource;
import io.canarygateway.extension.InterceptorFactory;
import io.canarygateway.extension.MetricsSink;
import io.canarygateway.extension.RolloutSource;
import io.canarygateway.flags.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The extensions on the class path. All methods block while they search it. */
public final class Extensions {

  private static final List<Class<? extends Extension>> KINDS =
      List.of(FlagSource.class, RolloutSource.class, MetricsSink.class, InterceptorFactory.class);

  /** The kinds of which a gateway uses one at most. */
  private static final Set<Class<? extends Extension>> SINGLE =
      Set.of(FlagSource.class, RolloutSource.class);

  private Extensions() {}

  /**
   * The names of the interceptors' factories on the class path, which does not change.
   *
   * @param names the names
   * @param failure why some cannot be loaded; empty if all can
   */
  record Interceptors(Set<String> names, String failure) {

    private static final Interceptors ON_CLASS_PATH = find();

    private static Interceptors find() {
      Set<String> names = new TreeSet<>();
      try {
        for (InterceptorFactory<?> factory : ServiceLoader.load(InterceptorFactory.class)) {
          names.add(factory.name());
        }
        return new Interceptors(names, "");
      } catch (ServiceConfigurationError e) {
        return new Interceptors(names, String.valueOf(e.getMessage()));
      }
    }

    /** What a name in the setting {@code interceptors} has to be. */
    String expected() {
      String all = names.isEmpty() ? ", where there is none" : ": " + String.join(", ", names);
      String why = failure.isEmpty() ? "" : "; one cannot be loaded: " + failure;
      return "the name of an interceptor on the class path" + all + why;
    }
  }

  /** The names of all interceptors. The first call blocks; later ones do not. */
  static Interceptors interceptors() {
    return Interceptors.ON_CLASS_PATH;
  }

  /** Finds the names of all interceptors now, so that later checks of settings do not block. */
  public static void findInterceptors() {
    interceptors();
  }

  /**
   * Creates the factories of all interceptors on the class path.
   *
   * @param config the settings of those that have any; {@code {}} for all others
   * @return new instances by name
   * @throws ServiceConfigurationError if one cannot be loaded
   */
  public static Map<String, Configured<InterceptorFactory<?>>> interceptors(
      ExtensionsConfig config) {
    Map<String, Configured<InterceptorFactory<?>>> factories = new TreeMap<>();
    for (InterceptorFactory<?> factory : ServiceLoader.load(InterceptorFactory.class)) {
      String name = factory.name();
      String settings = config.settings().getOrDefault(name, "{}");
      factories.put(name, new Configured<>(factory, settings));
    }
    return factories;
  }

  /**
   * An extension with its settings.
   *
   * @param extension the extension, not opened yet
   * @param settings its settings, a JSON object
   * @param <T> the kind of extension
   */
  public record Configured<T extends Extension>(T extension, String settings) {}

  /**
   * Creates the named extensions of one kind.
   *
   * @param kind the interface
   * @param config the names and settings
   * @param <T> the interface
   * @return new instances
   * @throws ServiceConfigurationError if an extension cannot be loaded; {@link #check} reports that
   *     before
   */
  public static <T extends Extension> List<Configured<T>> of(
      Class<T> kind, ExtensionsConfig config) {
    if (config.settings().isEmpty()) {
      return List.of();
    }
    List<Configured<T>> configured = new ArrayList<>();
    for (T extension : ServiceLoader.load(kind)) {
      String settings = config.settings().get(extension.name());
      if (settings != null) {
        configured.add(new Configured<>(extension, settings));
      }
    }
    return configured;
  }

  /**
   * Checks that the named extensions exist, that there is at most one source of each kind, and the
   * settings of interceptors.
   *
   * @param values the values
   * @throws ConfigException with every problem
   */
  public static void check(FlagValues values) throws ConfigException {
    Map<String, String> named = ExtensionsConfig.of(values).settings();
    if (named.isEmpty()) {
      return;
    }
    Set<String> found = new TreeSet<>();
    List<Problem> problems = new ArrayList<>();
    for (Class<? extends Extension> kind : KINDS) {
      try {
        Set<String> names = new TreeSet<>();
        for (Extension extension : ServiceLoader.load(kind)) {
          names.add(extension.name());
          String settings = named.get(extension.name());
          if (settings != null && extension instanceof InterceptorFactory<?> factory) {
            check(factory, settings, problems);
          }
        }
        found.addAll(names);
        names.retainAll(named.keySet());
        int most = DynamoDbConfig.of(values).isPresent() && kind == RolloutSource.class ? 0 : 1;
        if (SINGLE.contains(kind) && names.size() > most) {
          problems.add(
              new Problem(
                  ExtensionsConfig.KEY,
                  String.join(", ", names),
                  "at most one " + kind.getSimpleName() + ", DynamoDB's included"));
        }
      } catch (ServiceConfigurationError e) {
        problems.add(
            new Problem(
                ExtensionsConfig.KEY,
                String.valueOf(e.getMessage()),
                "extensions that can be loaded"));
      }
    }
    for (String name : named.keySet()) {
      if (!found.contains(name)) {
        problems.add(
            new Problem(
                ExtensionsConfig.KEY + "." + name,
                "an object", // Its content may be secret.
                "the name of an extension on the class path"
                    + (found.isEmpty()
                        ? ", where there is none"
                        : ": " + String.join(", ", found))));
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  private static void check(
      InterceptorFactory<?> factory, String settings, List<Problem> problems) {
    try {
      factory.check(settings);
    } catch (IllegalArgumentException e) {
      problems.add(
          new Problem(
              ExtensionsConfig.KEY + "." + factory.name(),
              "an object", // Its content may be secret.
              String.valueOf(e.getMessage())));
    }
  }
}
