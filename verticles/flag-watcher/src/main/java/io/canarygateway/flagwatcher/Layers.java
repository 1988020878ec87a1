package io.canarygateway.flagwatcher;

import io.canarygateway.config.FlagValues;
import io.canarygateway.config.Settings;
import io.canarygateway.config.WholeRoute;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The values of all layers. On one context.
 *
 * <p>A whole route in one flag, {@code routes.NAME}, replaces all that lower layers say of that
 * route. Single keys of the route in the same layer or in a higher one cover its members. What the
 * route leaves out does not cover {@link Layer#RELEASE}, whose values follow from the route.
 *
 * <p>A change costs what the flags that it concerns cost, and a copy of the map of all values.
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

  /** A whole route as text. */
  private record Whole(String flag, String text) {}

  private static final List<Layer> LAYERS = List.of(Layer.values());

  private final Map<Layer, SortedMap<String, Entry>> values = new EnumMap<>(Layer.class);

  /** The members of whole routes by flag, since parsing them takes longer than all the rest. */
  private final Map<Layer, Map<String, Map<String, String>>> wholes = new EnumMap<>(Layer.class);

  private FlagValues inForce = FlagValues.EMPTY;

  /** The members of the whole routes that the last candidate changes set. */
  private Map<Whole, Map<String, String>> parsed = Map.of();

  Layers() {
    for (Layer layer : LAYERS) {
      values.put(layer, new TreeMap<>());
      wholes.put(layer, new HashMap<>());
    }
  }

  /** The values of one layer, by flag, as its source has set them. */
  Map<String, Entry> of(Layer layer) {
    return entries(layer);
  }

  private SortedMap<String, Entry> entries(Layer layer) {
    return Objects.requireNonNull(values.get(layer));
  }

  private Map<String, Map<String, String>> wholesOf(Layer layer) {
    return Objects.requireNonNull(wholes.get(layer));
  }

  /** The value of a flag in a layer, by itself or as a member of a whole route. */
  Optional<Entry> entry(Layer layer, String flag) {
    return Optional.ofNullable(entry(layer, flag, wholeOf(flag)));
  }

  private @Nullable Entry entry(Layer layer, String flag, @Nullable String route) {
    Entry single = entries(layer).get(flag);
    Map<String, String> members = route == null ? null : wholesOf(layer).get(route);
    String text = single != null || members == null ? null : members.get(flag);
    return text == null
        ? single
        : memberOf(Objects.requireNonNull(entries(layer).get(route)), text);
  }

  private static Entry memberOf(Entry route, String text) {
    return new Entry(text, route.origin(), route.atMillis());
  }

  /** The whole route that a flag would be a member of; null if it would be one of none. */
  private static @Nullable String wholeOf(String flag) {
    return Settings.routeOf(flag)
        .map(Settings::wholeOf)
        .filter(route -> !route.equals(flag))
        .orElse(null);
  }

  /** The members of a whole route in a layer, by flag; none if the flag is not a whole route. */
  Map<String, String> members(Layer layer, String flag) {
    return wholesOf(layer).getOrDefault(flag, Map.of());
  }

  /** Whether a layer has a whole route that the flag would be a member of. */
  boolean hasWhole(Layer layer, String flag) {
    String route = wholesOf(layer).isEmpty() ? null : wholeOf(flag);
    return route != null && wholesOf(layer).containsKey(route);
  }

  /**
   * What the layers say of a flag.
   *
   * @param entries the values by layer, the lowest first
   * @param topmost the layer that decides: the topmost one that sets the flag, or the one whose
   *     whole route leaves it out although a lower layer sets it; {@link Layer#DEFAULT} if no layer
   *     sets it
   */
  record Stack(Map<Layer, Entry> entries, Layer topmost) {
    /** The value in force; empty if no layer sets it or a whole route leaves it out. */
    Optional<Entry> inForce() {
      return Optional.ofNullable(entries.get(topmost));
    }
  }

  Stack stack(String flag) {
    String route = wholeOf(flag);
    Map<Layer, Entry> entries = new EnumMap<>(Layer.class);
    Layer topmost = Layer.DEFAULT;
    for (Layer layer : LAYERS) {
      Entry entry = entry(layer, flag, route);
      if (entry != null) {
        entries.put(layer, entry);
        topmost = layer;
      } else if (topmost != Layer.DEFAULT
          && topmost != Layer.RELEASE
          && wholesOf(layer).containsKey(route)) {
        topmost = layer;
      }
    }
    return new Stack(Collections.unmodifiableMap(entries), topmost);
  }

  /** All flags that any layer sets, members of whole routes included, in name order. */
  Set<String> flags() {
    Set<String> flags = new TreeSet<>();
    for (Layer layer : LAYERS) {
      flags.addAll(entries(layer).keySet());
      wholesOf(layer).values().forEach(members -> flags.addAll(members.keySet()));
    }
    return flags;
  }

  /** The values that would be in force after some changes; of several for one flag the last. */
  FlagValues inForceAfter(List<Change> changes) {
    Map<Layer, Map<String, Change>> changed = byLayer(changes);
    Map<Whole, Map<String, String>> members = new HashMap<>();
    for (Change change : changes) {
      whole(change)
          .ifPresent(
              whole -> {
                Map<String, String> known = parsed.get(whole);
                members.put(
                    whole, known == null ? WholeRoute.values(whole.flag(), whole.text()) : known);
              });
    }
    parsed = members;
    Map<String, String> next = new HashMap<>(inForce.texts());
    for (String flag : concerned(changes)) {
      String text = textAfter(flag, changed, LAYERS);
      if (text == null) {
        next.remove(flag);
      } else {
        next.put(flag, text);
      }
    }
    return new FlagValues(next);
  }

  /**
   * Whether any layer below one will set a flag.
   *
   * @param changes the changes that {@link #inForceAfter} was asked for last
   */
  boolean isSetBelow(Layer layer, String flag, List<Change> changes) {
    return textAfter(flag, byLayer(changes), LAYERS.subList(0, layer.ordinal())) != null;
  }

  private static Map<Layer, Map<String, Change>> byLayer(List<Change> changes) {
    Map<Layer, Map<String, Change>> changed = new EnumMap<>(Layer.class);
    for (Change change : changes) {
      changed.computeIfAbsent(change.layer(), added -> new HashMap<>()).put(change.flag(), change);
    }
    return changed;
  }

  private static Optional<Whole> whole(Change change) {
    return WholeRoute.isName(change.flag())
        ? change.text().map(text -> new Whole(change.flag(), text))
        : Optional.empty();
  }

  /** The flags whose values in force may change. */
  private Set<String> concerned(List<Change> changes) {
    Set<String> flags = new HashSet<>();
    for (Change change : changes) {
      String flag = change.flag();
      flags.add(flag);
      if (WholeRoute.isName(flag)) {
        for (Layer layer : LAYERS) {
          // '/' is the character after '.', so this is every flag that begins with NAME and a dot.
          flags.addAll(entries(layer).subMap(flag + ".", flag + "/").keySet());
          flags.addAll(wholesOf(layer).getOrDefault(flag, Map.of()).keySet());
        }
        whole(change).map(parsed::get).map(Map::keySet).ifPresent(flags::addAll);
      }
    }
    return flags;
  }

  private @Nullable String textAfter(
      String flag, Map<Layer, Map<String, Change>> changed, List<Layer> counted) {
    String route = wholeOf(flag);
    String text = null;
    boolean released = false;
    for (Layer layer : counted) {
      Map<String, Change> changes = changed.getOrDefault(layer, Map.of());
      Map<String, String> members = route == null ? null : membersAfter(layer, route, changes);
      if (members != null && (!released || members.containsKey(flag))) {
        text = members.get(flag);
      }
      Change change = changes.get(flag);
      Entry entry = entries(layer).get(flag);
      String single =
          change != null ? change.text().orElse(null) : entry == null ? null : entry.text();
      if (single != null) {
        text = single;
        released |= layer == Layer.RELEASE;
      }
    }
    return text;
  }

  /** The members of a whole route in a layer after some changes; null if there is none. */
  private @Nullable Map<String, String> membersAfter(
      Layer layer, String route, Map<String, Change> changes) {
    Change change = changes.get(route);
    return change == null
        ? wholesOf(layer).get(route)
        : whole(change).map(parsed::get).orElse(null);
  }

  /**
   * Makes changes.
   *
   * @param after the result of {@link #inForceAfter} for these changes, which was asked for last
   */
  void apply(List<Change> changes, FlagValues after, long nowMillis) {
    inForce = after;
    for (Change change : changes) {
      String flag = change.flag();
      SortedMap<String, Entry> layer = entries(change.layer());
      if (change.text().isPresent()) {
        layer.put(flag, new Entry(change.text().get(), change.origin(), nowMillis));
      } else {
        layer.remove(flag);
      }
      if (WholeRoute.isName(flag)) {
        Map<String, String> members = whole(change).map(parsed::get).orElse(null);
        if (members == null) {
          wholesOf(change.layer()).remove(flag);
        } else {
          wholesOf(change.layer()).put(flag, members);
        }
      }
    }
  }
}
