package io.canarygateway.flagwatcher;

import io.canarygateway.flags.Checksum;
import io.canarygateway.flags.Flag;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * go-flagz's checksums of the values in force. What a value looks like is worked out when it
 * changes, not with every change of another. On one context.
 */
final class Checksums {

  /** A value's text and how Go would show it. */
  private record Shown(String text, String display) {}

  private final Map<String, Shown> shown = new HashMap<>();
  private String ofStatic = "";
  private String ofDynamic = "";

  /** Sums up what is in force now. */
  void update(FlagStore store) {
    Checksum statics = new Checksum();
    Checksum dynamics = new Checksum();
    Map<String, String> texts = store.current().values().texts();
    FlagReports.all(store)
        .values()
        .forEach(
            flag ->
                (flag.dynamic() ? dynamics : statics)
                    .add(flag.name(), display(flag, texts.get(flag.name()))));
    ofStatic = statics.hex();
    ofDynamic = dynamics.hex();
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

  String ofStatic() {
    return ofStatic;
  }

  String ofDynamic() {
    return ofDynamic;
  }
}
