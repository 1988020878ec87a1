package io.canarygateway.metrics;

import io.canarygateway.config.FlagValues;
import io.canarygateway.config.Settings;
import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagType.JsonForm;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The values of the flags of {@code flags.declare} as OFREP has them. Secrets are left out. On one
 * thread at a time.
 */
final class DeclaredValues {

  private static final String DECLARATIONS = "flags.declare";

  /** The declarations that {@link #flags} were read from; their schemas may be files. */
  private @Nullable String declarations;

  private List<Flag<?>> flags = List.of();

  /** The evaluations of all declared flags. May read files. */
  SortedMap<String, Evaluation> of(FlagValues values) {
    SortedMap<String, Evaluation> evaluations = new TreeMap<>();
    for (Flag<?> flag : flags(values)) {
      evaluations.put(flag.name(), evaluation(flag, values));
    }
    return evaluations;
  }

  private List<Flag<?>> flags(FlagValues values) {
    String now = values.texts().getOrDefault(DECLARATIONS, "");
    if (!Objects.equals(now, declarations)) {
      flags =
          values.registry().flags().stream()
              .filter(flag -> !flag.secret() && !Settings.byName().containsKey(flag.name()))
              .toList();
      declarations = now;
    }
    return flags;
  }

  private static <T> Evaluation evaluation(Flag<T> flag, FlagValues values) {
    JsonObject json = new JsonObject().put("key", flag.name()).put("reason", "STATIC");
    T value = values.get(flag);
    Object shown = value == null ? null : json(flag, value);
    // Without a value a client uses the default of its own code.
    return new Evaluation(200, shown == null ? json : json.put("value", shown));
  }

  /** The protocol has no arrays, so a list stands in an object. */
  private static <T> @Nullable Object json(Flag<T> flag, T value) {
    if (flag.type().jsonForm() == JsonForm.JSON) {
      Object decoded = Json.decodeValue(flag.type().format(value));
      return decoded instanceof JsonArray array ? values(array) : decoded;
    }
    if (value instanceof Boolean || value instanceof Long || value instanceof Double) {
      return value;
    }
    return value instanceof Collection<?> elements
        ? values(new JsonArray(List.copyOf(elements)))
        : flag.type().format(value);
  }

  private static JsonObject values(JsonArray elements) {
    return new JsonObject().put("values", elements);
  }
}
