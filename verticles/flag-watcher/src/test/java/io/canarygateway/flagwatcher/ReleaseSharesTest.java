package io.canarygateway.flagwatcher;

import static io.canarygateway.flagwatcher.FlagStore.Batch.EACH;
import static io.canarygateway.flagwatcher.FlagStore.Batch.WHOLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.config.Settings;
import io.canarygateway.decision.Strategy;
import io.canarygateway.message.ReleaseWeights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The layer of releases in the store. */
class ReleaseSharesTest {

  private static final String VERSION = "release.version";
  private static final String CANARY = "rollout.canary";
  private static final String SHOP = "routes.shop.";

  private final FlagStore store = new FlagStore(Settings.registry(), () -> 7);

  @BeforeEach
  void start() throws Exception {
    store.start(
        List.of(
            set(Layer.CONF, "main-target", "http://m"),
            set(Layer.CONF, "canary-target", "http://c"),
            set(Layer.CONF, SHOP + "match", "{}"),
            set(Layer.CONF, SHOP + "main-target", "http://m"),
            set(Layer.CONF, SHOP + "canary-target", "http://c")));
  }

  private Change set(Layer layer, String flag, String text) {
    String canonical = store.registry().declared(flag).orElseThrow().canonical(text);
    return Change.set(layer, flag, canonical, layer.label());
  }

  private Change whole(Layer layer, String host, String more) {
    return set(
        layer,
        "routes.shop",
        "{\"match\":{\"hosts\":[\""
            + host
            + "\"]},\"main-target\":\"http://m\",\"canary-target\":\"http://c\""
            + more
            + "}");
  }

  private void apply(Change... changes) {
    assertThat(store.apply(List.of(changes), EACH).refused()).isEmpty();
  }

  private void decide(ReleaseWeights.OfRoute... weights) {
    store.setReleaseWeights(new ReleaseWeights(Arrays.asList(weights)));
    apply();
  }

  private static ReleaseWeights.OfRoute weight(String route, String version, double weight) {
    return new ReleaseWeights.OfRoute(route, version, weight, false, "step");
  }

  private static ReleaseWeights.OfRoute ifUnset(String route, String version, double weight) {
    return new ReleaseWeights.OfRoute(route, version, weight, true, "step");
  }

  private double share(String route) {
    return store.current().config().routes().find(route).orElseThrow().rollout().canary();
  }

  private String inForce(String flag) {
    return store.current().values().texts().get(flag);
  }

  @ParameterizedTest
  @EnumSource(names = {"CONF", "DIRECTORY", "ETCD", "EXTENSION", "OVERRIDE"})
  void aVersionAndItsShareAreInOneSnapshot(Layer layer) {
    apply(set(Layer.CONF, CANARY, "0.9"));
    long before = store.revision();
    apply(set(layer, VERSION, "v1"), set(layer, SHOP + VERSION, "v1"));
    assertThat(store.revision()).isEqualTo(before + 1);
    assertThat(share("")).isZero();
    assertThat(share("shop")).isZero();
    assertThat(store.stack(CANARY).inForce().orElseThrow().origin())
        .isEqualTo("release v1: its state is not known yet");
    decide(weight("", "v1", 0.25), weight("shop", "v1", 0.5));
    assertThat(share("")).isEqualTo(0.25);
    assertThat(share("shop")).isEqualTo(0.5);
    assertThat(store.source(SHOP + CANARY)).isEqualTo(Layer.RELEASE);
    apply(Change.remove(layer, VERSION, ""), Change.remove(layer, SHOP + VERSION, ""));
    assertThat(share("")).isEqualTo(0.9);
    assertThat(store.layer(Layer.RELEASE)).isEmpty();
  }

  @Test
  void aShareOfOneVersionNeverCountsForAnother() {
    decide(weight("", "v1", 1), weight("shop", "v1", 1));
    assertThat(store.layer(Layer.RELEASE)).as("no release").isEmpty();
    apply(set(Layer.ETCD, VERSION, "v1"), set(Layer.ETCD, SHOP + VERSION, "v1"));
    assertThat(share("shop")).isEqualTo(1);
    long before = store.revision();
    apply(set(Layer.ETCD, VERSION, "v2"), set(Layer.ETCD, SHOP + VERSION, "v2"));
    assertThat(share("")).isZero();
    assertThat(share("shop")).isZero();
    assertThat(store.revision()).isEqualTo(before + 1);
    decide(weight("shop", "v2", 0.1));
    assertThat(share("shop")).isEqualTo(0.1);
    assertThat(share("")).as("what is not told is 0").isZero();
  }

  @ParameterizedTest
  @EnumSource(names = {"ETCD", "OVERRIDE"})
  void aWholeRouteBringsItsRelease(Layer layer) {
    apply(set(Layer.CONF, CANARY, "0.9"));
    apply(
        whole(layer, "h", ",\"release\":{\"version\":\"v1\"},\"rollout\":{\"key-header\":\"k\"}"));
    assertThat(share("shop")).isZero();
    decide(weight("shop", "v1", 0.5));
    assertThat(share("shop")).isEqualTo(0.5);
    assertThat(store.source(SHOP + CANARY)).isEqualTo(Layer.RELEASE);
    apply(whole(layer, "h", ",\"release\":{\"version\":\"v2\"}"));
    assertThat(share("shop")).isZero();
    apply(Change.remove(layer, "routes.shop", ""));
    assertThat(share("shop")).isEqualTo(0.9);
    assertThat(store.layer(Layer.RELEASE)).isEmpty();
  }

  @Test
  void whatPeopleOverrideIsAboveTheRelease() {
    apply(set(Layer.CONF, SHOP + VERSION, "v1"));
    decide(weight("shop", "v1", 0.5));
    apply(set(Layer.OVERRIDE, SHOP + CANARY, "0.75"));
    assertThat(share("shop")).isEqualTo(0.75);
    apply(Change.remove(Layer.OVERRIDE, SHOP + CANARY, ""));
    apply(
        whole(
            Layer.OVERRIDE, "h", ",\"rollout\":{\"canary\":0.7},\"release\":{\"version\":\"v1\"}"));
    assertThat(share("shop")).isEqualTo(0.7);
    assertThat(store.source(SHOP + CANARY)).isEqualTo(Layer.OVERRIDE);
    apply(set(Layer.OVERRIDE, SHOP + "canary-enabled", "false"));
    assertThat(store.current().config().routes().find("shop").orElseThrow().routing())
        .matches(routing -> !routing.canaryEnabled());
  }

  @Test
  void aRouteThatGoesTakesItsShareWithIt() {
    apply(whole(Layer.ETCD, "h", ",\"release\":{\"version\":\"v1\"}"));
    List<Change> removals = new ArrayList<>(List.of(Change.remove(Layer.ETCD, "routes.shop", "")));
    store.layer(Layer.CONF).keySet().stream()
        .filter(flag -> flag.startsWith(SHOP))
        .forEach(flag -> removals.add(Change.remove(Layer.CONF, flag, "")));
    apply(removals.toArray(Change[]::new));
    assertThat(store.current().config().routes().find("shop")).isEmpty();
    assertThat(store.layer(Layer.RELEASE)).isEmpty();
    assertThat(inForce(SHOP + CANARY)).isNull();
  }

  @Test
  void aRouteThatDoesNotFitChangesNoShare() {
    apply(set(Layer.ETCD, SHOP + VERSION, "v1"));
    decide(weight("shop", "v1", 0.5), weight("twin", "v1", 0.5));
    List<Change> bad =
        List.of(
            set(Layer.ETCD, "routes.twin.match", "{}"),
            set(Layer.ETCD, "routes.twin.release.version", "v1"),
            set(Layer.ETCD, SHOP + VERSION, "v2"));
    assertThat(store.apply(bad, WHOLE).refused()).containsOnlyKeys(bad);
    assertThat(share("shop")).isEqualTo(0.5);
    assertThat(store.layer(Layer.RELEASE)).containsOnlyKeys(SHOP + CANARY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", SHOP})
  void aReleaseThatObservesLeavesTheShareThatIsSet(String prefix) {
    String route = prefix.isEmpty() ? "" : "shop";
    apply(
        set(Layer.CONF, prefix + CANARY, "0.3"),
        set(Layer.ETCD, prefix + "release.mode", "observe"),
        set(Layer.ETCD, prefix + VERSION, "v1"));
    assertThat(share(route)).as("before its state is known").isEqualTo(0.3);
    decide(ifUnset(route, "v1", 0.1));
    assertThat(share(route)).isEqualTo(0.3);
    apply(Change.remove(Layer.CONF, prefix + CANARY, ""));
    assertThat(share(route)).as("no layer sets it any more").isEqualTo(0.1);
    apply(set(Layer.DYNAMODB, prefix + CANARY, "0"));
    assertThat(share(route)).isZero();
    assertThat(store.source(prefix + CANARY)).isEqualTo(Layer.DYNAMODB);
    apply(Change.remove(Layer.DYNAMODB, prefix + CANARY, ""));
    apply(set(Layer.ETCD, prefix + VERSION, "v2"));
    assertThat(share(route)).isZero();
    assertThat(store.source(prefix + CANARY)).isEqualTo(Layer.RELEASE);
  }

  @Test
  void aReleaseThatObservesLeavesTheShareThatTheRouteInherits() {
    apply(
        set(Layer.CONF, CANARY, "0.3"),
        set(Layer.CONF, "release.mode", "observe"),
        set(Layer.ETCD, SHOP + VERSION, "v1"));
    decide(ifUnset("shop", "v1", 0.1));
    assertThat(share("shop")).as("the mode is inherited, too").isEqualTo(0.3);
    apply(set(Layer.ETCD, VERSION, "top"), set(Layer.ETCD, "release.mode", "act"));
    assertThat(share("shop")).as("the share of a release is not inherited").isEqualTo(0.1);
    assertThat(share("")).isZero();
    apply(set(Layer.ETCD, VERSION, ""));
    assertThat(share("shop")).isEqualTo(0.3);
  }

  @Test
  void aShareThatIsNoneIsZero() {
    apply(set(Layer.CONF, VERSION, "v1"));
    for (double bad : new double[] {-0.1, 1.1, Double.NaN, Double.POSITIVE_INFINITY}) {
      decide(weight("", "v1", 0.5));
      decide(weight("", "v1", bad));
      assertThat(share("")).isZero();
    }
  }

  @Test
  void aReleaseIsDecidedByTheRollout() {
    assertThat(store.current().config().routing().strategy()).isEqualTo(Strategy.MAIN);
    apply(set(Layer.CONF, VERSION, "v1"));
    assertThat(store.current().config().routing().strategy()).isEqualTo(Strategy.ROLLOUT);
  }

  @Test
  void aNewOriginOfTheSameShareIsShownWithoutANewSnapshot() {
    apply(set(Layer.CONF, VERSION, "v1"));
    long before = store.revision();
    decide(weight("", "v1", 0));
    assertThat(store.revision()).isEqualTo(before);
    assertThat(store.stack(CANARY).inForce().orElseThrow().origin()).isEqualTo("step");
    assertThat(store.apply(List.of(), EACH).applied()).isEmpty();
  }
}
