package io.canarygateway.config;

import io.canarygateway.flags.Flag;
import java.util.Map;
import java.util.TreeMap;

/**
 * The values that a source set, in their text form, each already known to be valid. Immutable.
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

  /** These values with those of all static flags taken from {@code running}. */
  public FlagValues withStaticsOf(FlagValues running) {
    Map<String, String> merged = new TreeMap<>(texts);
    Settings.byName()
        .values()
        .forEach(
            flag -> {
              if (!flag.dynamic()) {
                String text = running.texts.get(flag.name());
                if (text == null) {
                  merged.remove(flag.name());
                } else {
                  merged.put(flag.name(), text);
                }
              }
            });
    return new FlagValues(merged);
  }
}
