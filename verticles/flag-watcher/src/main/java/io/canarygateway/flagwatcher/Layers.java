package io.canarygateway.flagwatcher;

import io.canarygateway.config.FlagValues;
import io.canarygateway.config.Settings;
import io.canarygateway.config.WholeRoute;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The values of all layers. On one context.
 *
 * <p>A whole route in one flag, {@code routes.NAME}, replaces all that lower layers say of that
 * route. Single keys of the route in the same layer or in a higher one cover its members.
 */
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

  /** The members of whole routes by flag, since parsing them takes longer than all the rest. */
  private final Map<Layer, Map<String, Map<String, String>>> wholes = new EnumMap<>(Layer.class);

  Layers() {
    for (Layer layer : Layer.values()) {
      values.put(layer, new TreeMap<>());
      wholes.put(layer, new HashMap<>());
    }
  }

  /** The values of one layer, by flag, as its source has set them. */
  Map<String, Entry> of(Layer layer) {
    return Objects.requireNonNull(values.get(layer));
  }

  private Map<String, Map<String, String>> wholesOf(Layer layer) {
    return Objects.requireNonNull(wholes.get(layer));
  }

  /** The value of a flag in a layer, by itself or as a member of a whole route. */
  Optional<Entry> entry(Layer layer, String flag) {
    Entry single = of(layer).get(flag);
    if (single != null || wholesOf(layer).isEmpty()) {
      return Optional.ofNullable(single);
    }
    return whole(layer, flag)
        .flatMap(
            route ->
                Optional.ofNullable(members(layer, route).get(flag))
                    .map(text -> memberOf(Objects.requireNonNull(of(layer).get(route)), text)));
  }

  private static Entry memberOf(Entry route, String text) {
    return new Entry(text, route.origin(), route.atMillis());
  }

  /** The whole route of a layer that a flag would be a member of. */
  private Optional<String> whole(Layer layer, String flag) {
    return Settings.routeOf(flag)
        .map(Settings::wholeOf)
        .filter(route -> !route.equals(flag) && wholesOf(layer).containsKey(route));
  }

  private Map<String, String> members(Layer layer, String route) {
    return wholesOf(layer).getOrDefault(route, Map.of());
  }

  /** The topmost layer that sets a flag; {@link Layer#DEFAULT} if none does. */
  Layer topmost(String flag) {
    Layer topmost = Layer.DEFAULT;
    for (Layer layer : Layer.values()) {
      if (entry(layer, flag).isPresent()) {
        topmost = layer;
      } else if (whole(layer, flag).isPresent()) {
        topmost = Layer.DEFAULT;
      }
    }
    return topmost;
  }

  /** The values that would be in force after some changes. */
  FlagValues inForceAfter(List<Change> changes) {
    Map<Layer, Map<String, Change>> byLayer = new EnumMap<>(Layer.class);
    changes.forEach(
        change ->
            byLayer
                .computeIfAbsent(change.layer(), added -> new TreeMap<>())
                .put(change.flag(), change));
    TreeMap<String, String> inForce = new TreeMap<>();
    for (Layer layer : Layer.values()) {
      Map<String, Change> changed = byLayer.getOrDefault(layer, Map.of());
      putWholes(inForce, layer, changed);
      of(layer)
          .forEach(
              (flag, entry) -> {
                if (!changed.containsKey(flag)) {
                  inForce.put(flag, entry.text());
                }
              });
      changed
          .values()
          .forEach(change -> change.text().ifPresent(t -> inForce.put(change.flag(), t)));
    }
    return new FlagValues(inForce);
  }

  private void putWholes(
      SortedMap<String, String> inForce, Layer layer, Map<String, Change> changed) {
    wholesOf(layer)
        .forEach(
            (route, members) -> {
              if (!changed.containsKey(route)) {
                putWhole(inForce, route, members);
              }
            });
    changed.forEach(
        (flag, change) -> {
          if (WholeRoute.isName(flag) && change.text().isPresent()) {
            putWhole(inForce, flag, members(change));
          }
        });
  }

  private Map<String, String> members(Change change) {
    String text = change.text().orElseThrow();
    Entry before = of(change.layer()).get(change.flag());
    return before != null && before.text().equals(text)
        ? members(change.layer(), change.flag())
        : WholeRoute.values(change.flag(), text);
  }

  private static void putWhole(
      SortedMap<String, String> inForce, String route, Map<String, String> members) {
    // '/' is the character after '.', so this is every flag that begins with the route and a dot.
    inForce.subMap(route + ".", route + "/").clear();
    inForce.putAll(members);
  }

  /** Makes a change. */
  void apply(Change change, long nowMillis) {
    Map<String, Entry> layer = of(change.layer());
    String flag = change.flag();
    if (WholeRoute.isName(flag)) {
      if (change.text().isPresent()) {
        wholesOf(change.layer()).put(flag, members(change));
      } else {
        wholesOf(change.layer()).remove(flag);
      }
    }
    change
        .text()
        .ifPresentOrElse(
            text -> layer.put(flag, new Entry(text, change.origin(), nowMillis)),
            () -> layer.remove(flag));
  }
}
