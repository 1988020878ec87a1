package io.canarygateway.flagwatcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.config.FlagValues;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** {@link Layers} computes what changes concern; this model computes everything again. */
class LayersPropertyTest {

  private static final List<Layer> LAYERS = List.of(Layer.CONF, Layer.ETCD, Layer.OVERRIDE);
  private static final List<String> SINGLES =
      List.of(
          "trim-prefix",
          "routes.a.match",
          "routes.a.trim-prefix",
          "routes.a.strategy",
          "routes.ab.trim-prefix");

  /** The values of each layer as they were set, and the members of each whole route. */
  private static final class Model {
    final Map<Layer, Map<String, String>> texts = new EnumMap<>(Layer.class);
    final Map<String, Map<String, String>> membersOf = new TreeMap<>();

    Model() {
      LAYERS.forEach(layer -> texts.put(layer, new TreeMap<>()));
    }

    Model(Model other) {
      other.texts.forEach((layer, of) -> texts.put(layer, new TreeMap<>(of)));
      membersOf.putAll(other.membersOf);
    }

    void make(Step step) {
      Map<String, String> layer = texts.get(step.change().layer());
      step.change()
          .text()
          .ifPresentOrElse(
              text -> layer.put(step.change().flag(), text),
              () -> layer.remove(step.change().flag()));
      step.change().text().ifPresent(text -> membersOf.put(text, step.members()));
    }

    Map<String, String> inForce() {
      Map<String, String> inForce = new TreeMap<>();
      deciding().forEach((flag, layer) -> text(layer, flag).ifPresent(t -> inForce.put(flag, t)));
      return inForce;
    }

    Optional<String> text(Layer layer, String flag) {
      String single = texts.get(layer).get(flag);
      return single != null
          ? Optional.of(single)
          : Optional.ofNullable(members(layer, flag)).map(members -> members.get(flag));
    }

    private Map<String, String> members(Layer layer, String flag) {
      String[] parts = flag.split("\\.");
      String whole = parts.length < 3 ? null : texts.get(layer).get(parts[0] + "." + parts[1]);
      return whole == null ? null : membersOf.get(whole);
    }

    /** The layer that decides about each flag. */
    Map<String, Layer> deciding() {
      List<String> flags = new ArrayList<>(SINGLES);
      flags.addAll(List.of("routes.a", "routes.ab", "routes.ab.match", "routes.ab.strategy"));
      Map<String, Layer> deciding = new TreeMap<>();
      for (String flag : flags) {
        for (Layer layer : LAYERS) {
          boolean leftOut = members(layer, flag) != null && deciding.containsKey(flag);
          if (text(layer, flag).isPresent() || leftOut) {
            deciding.put(flag, layer);
          }
        }
      }
      return deciding;
    }
  }

  /** A change, and the members of the whole route that it sets. */
  record Step(Change change, Map<String, String> members) {}

  @Provide
  Arbitrary<List<List<Step>>> batches() {
    Arbitrary<Layer> layers = Arbitraries.of(LAYERS);
    Arbitrary<Step> singles =
        Combinators.combine(
                layers, Arbitraries.of(SINGLES), Arbitraries.of("/x", "/y").injectNull(0.4))
            .as(
                (layer, flag, text) -> {
                  String made =
                      text == null
                          ? null
                          : flag.endsWith("match") ? "{}" : flag.endsWith("y") ? "main" : text;
                  return new Step(new Change(layer, flag, Optional.ofNullable(made), ""), Map.of());
                });
    Arbitrary<Step> wholes =
        Combinators.combine(
                layers,
                Arbitraries.of("routes.a", "routes.ab"),
                Arbitraries.of("/1", "/2").injectNull(0.3),
                Arbitraries.of("main", "canary").injectNull(0.5),
                Arbitraries.of(true, true, false))
            .as(LayersPropertyTest::whole);
    return Arbitraries.oneOf(singles, wholes).list().ofMaxSize(6).list().ofMaxSize(12);
  }

  private static Step whole(
      Layer layer, String flag, String prefix, String strategy, boolean present) {
    if (!present) {
      return new Step(Change.remove(layer, flag, ""), Map.of());
    }
    Map<String, String> members = new TreeMap<>(Map.of(flag + ".match", "{}"));
    StringBuilder json = new StringBuilder("{\"match\":{}");
    if (prefix != null) {
      // The name of the route is part of the text, so that the model finds the members by the text.
      members.put(flag + ".trim-prefix", prefix + flag);
      json.append(",\"trim-prefix\":\"").append(prefix).append(flag).append('"');
    }
    members.put(flag + ".main-header-host", flag);
    json.append(",\"main-header-host\":\"").append(flag).append('"');
    if (strategy != null) {
      members.put(flag + ".strategy", strategy);
      json.append(",\"strategy\":\"").append(strategy).append('"');
    }
    return new Step(Change.set(layer, flag, json.append('}').toString(), ""), members);
  }

  @Property(tries = 2_000)
  void agreesWithTheModel(@ForAll("batches") List<List<Step>> batches) {
    Layers layers = new Layers();
    Model model = new Model();
    for (List<Step> batch : batches) {
      List<Change> changes = batch.stream().map(Step::change).toList();
      Model after = new Model(model);
      batch.forEach(after::make);
      FlagValues inForce = layers.inForceAfter(changes);
      assertThat(without(inForce.texts())).isEqualTo(after.inForce());
      if (batch.size() % 3 != 0) { // Else the batch is refused.
        layers.apply(changes, inForce, 7);
        model = after;
      }
      Map<String, Layer> deciding = model.deciding();
      for (String flag : SINGLES) {
        assertThat(layers.stack(flag).topmost())
            .isEqualTo(deciding.getOrDefault(flag, Layer.DEFAULT));
        for (Layer layer : LAYERS) {
          assertThat(layers.entry(layer, flag).map(Layers.Entry::text))
              .isEqualTo(model.text(layer, flag));
        }
      }
    }
  }

  /** Without the member that only tells the routes' texts apart. */
  private static Map<String, String> without(Map<String, String> texts) {
    Map<String, String> kept = new TreeMap<>(texts);
    kept.keySet().removeIf(flag -> flag.endsWith(".main-header-host"));
    return kept;
  }
}
