package io.canarygateway.config;

import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagRegistry;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The values of the flags that are set, in text form. Each is known to be valid by itself.
 * Immutable.
 *
 * @param texts flag names to texts
 */
public record FlagValues(Map<String, String> texts) {

  /** No flag is set. */
  public static final FlagValues EMPTY = new FlagValues(Map.of());

  /**
   * Copies the map.
   *
   * @param texts flag names to texts
   */
  public FlagValues {
    texts = Map.copyOf(texts);
  }

  /**
   * Reads the value of a flag.
   *
   * @param flag the flag
   * @param <T> the type of the value
   * @return the value that was set, else the default; null if the flag has neither
   */
  public <T> @Nullable T get(Flag<T> flag) {
    String text = texts.get(flag.name());
    return text == null ? flag.defaultValue() : flag.type().parse(text);
  }

  /** The value of a flag that has a default, or that is known to be set. */
  <T> T required(Flag<T> flag) {
    return Objects.requireNonNull(get(flag), flag.name());
  }

  /**
   * {@return the gateway's settings, and the flags that {@code flags.declare} among these values
   * declares}
   */
  public FlagRegistry registry() {
    return Settings.registry().with(DeclaredFlags.of(required(SourceSettings.FLAGS_DECLARE)));
  }
}
