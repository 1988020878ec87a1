package io.canarygateway.config;

import io.canarygateway.extension.Extension;
import io.canarygateway.extension.FlagSource;
import io.canarygateway.extension.MetricsSink;
import io.canarygateway.extension.RolloutSource;
import io.canarygateway.flags.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;

/** The extensions on the class path. All methods block while they search it. */
public final class Extensions {

  private static final List<Class<? extends Extension>> KINDS =
      List.of(FlagSource.class, RolloutSource.class, MetricsSink.class);

  private Extensions() {}

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
   * Checks that the named extensions exist, and that there is at most one source of each kind.
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
        ServiceLoader.load(kind).forEach(extension -> names.add(extension.name()));
        found.addAll(names);
        names.retainAll(named.keySet());
        int most = DynamoDbConfig.of(values).isPresent() && kind == RolloutSource.class ? 0 : 1;
        if (kind != MetricsSink.class && names.size() > most) {
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
}
