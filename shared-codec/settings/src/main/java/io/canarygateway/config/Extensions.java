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

/** Finds the extensions that a configuration names. Blocks for the class path. */
public final class Extensions {

  private static final List<Class<? extends Extension>> KINDS =
      List.of(FlagSource.class, RolloutSource.class, MetricsSink.class);

  private Extensions() {}

  /**
   * An extension in use.
   *
   * @param settings a JSON object
   */
  public record Configured<T extends Extension>(T extension, String settings) {}

  /**
   * New instances of the extensions of a kind that are named.
   *
   * @throws ServiceConfigurationError if one cannot be loaded, which {@link #check} tells before
   */
  public static <T extends Extension> List<Configured<T>> of(
      Class<T> kind, ExtensionsConfig config) {
    if (config.settings().isEmpty()) {
      return List.of();
    }
    return ServiceLoader.load(kind).stream()
        .map(ServiceLoader.Provider::get)
        .filter(extension -> config.settings().containsKey(extension.name()))
        .map(extension -> new Configured<>(extension, config.settings().get(extension.name())))
        .toList();
  }

  /**
   * Checks that what is named is there, and that there is not too much of it.
   *
   * @throws ConfigException with every fault
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
            new Problem(ExtensionsConfig.KEY, e.getMessage(), "extensions that can be loaded"));
      }
    }
    for (String name : named.keySet()) {
      if (!found.contains(name)) {
        problems.add(
            new Problem(
                ExtensionsConfig.KEY + "." + name,
                "an object", // Whose settings may be secrets.
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
