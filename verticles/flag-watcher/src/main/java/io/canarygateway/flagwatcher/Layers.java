package io.canarygateway.flagwatcher;

import io.canarygateway.config.FlagValues;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** The values of all layers. On one context. */
final class Layers {

  /**
   * A value in a layer.
   *
   * @param text the value in canonical form
   * @param origin the place in the source, for people
   * @param atMillis when the source set it, in ms since 1970
   */
  record Entry(String text, String origin, long atMillis) {}

  private final Map<Layer, Map<String, Entry>> values = new EnumMap<>(Layer.class);

  Layers() {
    for (Layer layer : Layer.values()) {
      values.put(layer, new TreeMap<>());
    }
  }

  /** The values of one layer, by flag. */
  Map<String, Entry> of(Layer layer) {
    return Objects.requireNonNull(values.get(layer));
  }

  /** The topmost layer that sets a flag; {@link Layer#DEFAULT} if none does. */
  Layer topmost(String flag) {
    Layer topmost = Layer.DEFAULT;
    for (Layer layer : Layer.values()) {
      if (of(layer).containsKey(flag)) {
        topmost = layer;
      }
    }
    return topmost;
  }

  /** The values that would be in force after some changes. */
  FlagValues inForceAfter(List<Change> changes) {
    Map<String, String> inForce = new TreeMap<>();
    for (Layer layer : Layer.values()) {
      Map<String, String> texts = new TreeMap<>();
      of(layer).forEach((flag, entry) -> texts.put(flag, entry.text()));
      for (Change change : changes) {
        if (change.layer() == layer) {
          change
              .text()
              .ifPresentOrElse(
                  text -> texts.put(change.flag(), text), () -> texts.remove(change.flag()));
        }
      }
      inForce.putAll(texts);
    }
    return new FlagValues(inForce);
  }

  /** Makes a change. */
  void apply(Change change, long nowMillis) {
    Map<String, Entry> layer = of(change.layer());
    change
        .text()
        .ifPresentOrElse(
            text -> layer.put(change.flag(), new Entry(text, change.origin(), nowMillis)),
            () -> layer.remove(change.flag()));
  }
}
