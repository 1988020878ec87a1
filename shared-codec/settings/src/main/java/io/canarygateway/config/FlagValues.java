package io.canarygateway.config;

import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagRegistry;
import java.util.Map;

/**
 * Values that were set, in their text form, each already known to be valid. Immutable.
 *
 * @param texts flag name to text, of the flags that are set only
 */
public record FlagValues(Map<String, String> texts) {

  /** Nothing set. */
  public static final FlagValues EMPTY = new FlagValues(Map.of());

  public FlagValues {
    texts = Map.copyOf(texts);
  }

  /** The value of a flag: what was set, else its default, which may be null. */
  public <T> T get(Flag<T> flag) {
    String text = texts.get(flag.name());
    return text == null ? flag.defaultValue() : flag.type().parse(text);
  }

  /**
   * The gateway's settings and the flags that {@code flags.declare} declares among these values.
   */
  public FlagRegistry registry() {
    return Settings.registry().with(DeclaredFlags.of(get(SourceSettings.FLAGS_DECLARE)));
  }
}
