package io.canarygateway.config;

import io.canarygateway.flags.Checksum;
import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagRegistry;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * go-flagz's checksums of the values in force. The displayed form of a value is computed only when
 * the value changes. Used on one context.
 */
public final class Checksums {

  /** A value's text, and the form in which Go would show it. */
  private record Shown(@Nullable String text, String display) {}

  private final Map<String, Shown> shown = new HashMap<>();
  private String ofStatic = "";
  private String ofDynamic = "";

  /** Creates checksums that are empty until the first update. */
  public Checksums() {}

  /**
   * Computes both checksums.
   *
   * @param registry the declared flags
   * @param values the values in force
   */
  public void update(FlagRegistry registry, FlagValues values) {
    Checksum statics = new Checksum();
    Checksum dynamics = new Checksum();
    Map<String, String> texts = values.texts();
    SortedMap<String, Flag<?>> known = flags(registry, values);
    known
        .values()
        .forEach(
            flag ->
                (flag.dynamic() ? dynamics : statics)
                    .add(flag.name(), display(flag, texts.get(flag.name()))));
    shown.keySet().retainAll(known.keySet());
    ofStatic = statics.hex();
    ofDynamic = dynamics.hex();
  }

  /**
   * Lists the flags that have a checksum.
   *
   * @param registry the declared flags
   * @param values the values in force
   * @return the flags declared by name, and those of routes and the companions that are set, in
   *     name order
   */
  public static SortedMap<String, Flag<?>> flags(FlagRegistry registry, FlagValues values) {
    return registry.known(values.texts().keySet());
  }

  private <T> String display(Flag<T> flag, @Nullable String text) {
    Shown known = shown.get(flag.name());
    if (known == null || !Objects.equals(known.text(), text)) {
      T value = text == null ? flag.defaultValue() : flag.type().parse(text);
      known = new Shown(text, value == null ? "" : flag.type().display(value));
      shown.put(flag.name(), known);
    }
    return known.display();
  }

  /**
   * {@return the checksum of the static flags as hexadecimal digits; empty before the first update}
   */
  public String ofStatic() {
    return ofStatic;
  }

  /**
   * {@return the checksum of the dynamic flags as hexadecimal digits; empty before the first
   * update}
   */
  public String ofDynamic() {
    return ofDynamic;
  }
}
