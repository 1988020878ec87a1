package io.canarygateway.config;

import io.canarygateway.flags.Checksum;
import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagRegistry;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * go-flagz's checksums of the values in force. What a value looks like is worked out when it
 * changes, not with every change of another. On one context.
 */
public final class Checksums {

  /** A value's text and how Go would show it. */
  private record Shown(String text, String display) {}

  private final Map<String, Shown> shown = new HashMap<>();
  private String ofStatic = "";
  private String ofDynamic = "";

  /** Sums up what is in force now. */
  public void update(FlagRegistry registry, FlagValues values) {
    Checksum statics = new Checksum();
    Checksum dynamics = new Checksum();
    Map<String, String> texts = values.texts();
    flags(registry, values)
        .values()
        .forEach(
            flag ->
                (flag.dynamic() ? dynamics : statics)
                    .add(flag.name(), display(flag, texts.get(flag.name()))));
    ofStatic = statics.hex();
    ofDynamic = dynamics.hex();
  }

  /** The declared flags, and of companions those that are set, in name order. */
  public static SortedMap<String, Flag<?>> flags(FlagRegistry registry, FlagValues values) {
    SortedMap<String, Flag<?>> all = new TreeMap<>(registry.byName());
    for (String name : values.texts().keySet()) {
      registry.companionOf(name).ifPresent(flag -> all.put(name, FlagRegistry.companion(flag)));
    }
    return all;
  }

  private <T> String display(Flag<T> flag, String text) {
    Shown known = shown.get(flag.name());
    if (known == null || !Objects.equals(known.text(), text)) {
      T value = text == null ? flag.defaultValue() : flag.type().parse(text);
      known = new Shown(text, value == null ? "" : flag.type().display(value));
      shown.put(flag.name(), known);
    }
    return known.display();
  }

  /** go-flagz's checksum of the static flags, as hex; empty before the first update. */
  public String ofStatic() {
    return ofStatic;
  }

  /** That of the dynamic flags. */
  public String ofDynamic() {
    return ofDynamic;
  }
}
