package io.canarygateway.flagwatcher;

import static io.canarygateway.flagwatcher.FlagStore.Batch.EACH;
import static io.canarygateway.flagwatcher.FlagStore.Batch.HELD;
import static io.canarygateway.flagwatcher.FlagStore.Batch.WHOLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.config.Checksums;
import io.canarygateway.config.Settings;
import io.canarygateway.flagwatcher.FlagStore.LastChange;
import io.canarygateway.flagwatcher.FlagStore.Outcome;
import io.canarygateway.message.FlagReport.Covered;
import io.canarygateway.message.FlagReport.FlagState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whole routes and their single keys in the layers. */
class RouteLayersTest {

  private static final String TARGETS =
      "\"main-target\":\"http://m\",\"canary-target\":\"http://c\"";

  private final FlagStore store = new FlagStore(Settings.registry(), () -> 7);

  @BeforeEach
  void start() throws Exception {
    store.start(
        List.of(
            set(Layer.CONF, "main-target", "http://m"),
            set(Layer.CONF, "canary-target", "http://c"),
            set(Layer.CONF, "routes.shop.match", "{}"),
            set(Layer.CONF, "routes.shop.main-target", "http://m"),
            set(Layer.CONF, "routes.shop.canary-target", "http://c"),
            set(Layer.CONF, "routes.shop.trim-prefix", "/conf")));
  }

  private Change set(Layer layer, String flag, String text) {
    String canonical = store.registry().declared(flag).orElseThrow().canonical(text);
    return Change.set(layer, flag, canonical, layer.label());
  }

  private static Change remove(Layer layer, String flag) {
    return Change.remove(layer, flag, layer.label());
  }

  private Change whole(Layer layer, String route, String host, String more) {
    String json = "{\"match\":{\"hosts\":[\"" + host + "\"]}," + TARGETS + more + "}";
    return set(layer, "routes." + route, json);
  }

  private Outcome apply(Change... changes) {
    return store.apply(List.of(changes), EACH);
  }

  private String inForce(String flag) {
    return store.current().values().texts().get(flag);
  }

  private FlagState shown(String flag) {
    return FlagReports.of(store, new Checksums(), List.of(), List.of()).make().flags().stream()
        .filter(state -> state.name().equals(flag))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aWholeRouteReplacesAllThatLowerLayersSayOfIt() {
    Outcome outcome = apply(whole(Layer.ETCD, "shop", "shop", ",\"rollout\":{\"canary\":\"0.5\"}"));
    assertThat(outcome.refused()).isEmpty();
    assertThat(inForce("routes.shop.trim-prefix")).isNull();
    assertThat(inForce("routes.shop.rollout.canary")).isEqualTo("0.5");
    assertThat(outcome.changed())
        .containsExactlyInAnyOrder(
            "routes.shop",
            "routes.shop.match",
            "routes.shop.trim-prefix",
            "routes.shop.rollout.canary");
    assertThat(store.lastChange("routes.shop.trim-prefix"))
        .contains(new LastChange(Optional.of("/conf"), 2));
    apply(remove(Layer.ETCD, "routes.shop"));
    assertThat(inForce("routes.shop.trim-prefix")).isEqualTo("/conf");
    assertThat(inForce("routes.shop.rollout.canary")).isNull();
  }

  @Test
  void singleKeysOfTheSameAndOfHigherLayersCoverItsMembers() {
    apply(
        whole(Layer.ETCD, "shop", "shop", ",\"trim-prefix\":\"/whole\""),
        set(Layer.ETCD, "routes.shop.trim-prefix", "/single"));
    assertThat(inForce("routes.shop.trim-prefix")).isEqualTo("/single");
    apply(set(Layer.OVERRIDE, "routes.shop.trim-prefix", "/jmx"));
    assertThat(inForce("routes.shop.trim-prefix")).isEqualTo("/jmx");
    apply(remove(Layer.ETCD, "routes.shop.trim-prefix"));
    assertThat(inForce("routes.shop.trim-prefix")).isEqualTo("/jmx");
    apply(remove(Layer.OVERRIDE, "routes.shop.trim-prefix"));
    assertThat(inForce("routes.shop.trim-prefix")).isEqualTo("/whole");
  }

  @Test
  void thePageShowsTheSourceOfMembersAndWhatTheyCover() {
    apply(whole(Layer.ETCD, "shop", "shop", ",\"trim-prefix\":\"/whole\""));
    assertThat(shown("routes.shop.trim-prefix"))
        .satisfies(
            flag -> {
              assertThat(flag.currentValue()).isEqualTo("/whole");
              assertThat(flag.source()).isEqualTo("etcd");
              assertThat(flag.covered()).containsExactly(new Covered("conf", "/conf"));
              assertThat(flag.previous()).isEqualTo("/conf");
              assertThat(flag.revision()).isEqualTo(2);
            });
    apply(set(Layer.OVERRIDE, "routes.shop.trim-prefix", "/jmx"));
    assertThat(shown("routes.shop.trim-prefix").covered())
        .containsExactly(new Covered("conf", "/conf"), new Covered("etcd", "/whole"));
    assertThat(shown("routes.shop").source()).isEqualTo("etcd");
  }

  @Test
  void thePageShowsWhatAWholeRouteLeavesOut() {
    apply(whole(Layer.ETCD, "shop", "shop", ""));
    assertThat(shown("routes.shop.trim-prefix"))
        .satisfies(
            flag -> {
              assertThat(flag.currentValue()).isEmpty();
              assertThat(flag.changed()).isFalse();
              assertThat(flag.source()).isEqualTo("etcd");
              assertThat(flag.covered()).containsExactly(new Covered("conf", "/conf"));
            });
    assertThat(store.source("routes.shop.strategy")).isEqualTo(Layer.DEFAULT);
  }

  @Test
  void aBatchOfARouteIsMadeWholeOrNotAtAll() {
    List<Change> bad =
        List.of(
            set(Layer.ETCD, "routes.new.match", "{\"hosts\":[\"new\"]}"),
            set(Layer.ETCD, "routes.new.main-target", "http://m"),
            set(Layer.ETCD, "trim-prefix", "/other"));
    Outcome refused = store.apply(bad, WHOLE);
    assertThat(refused.refused()).containsOnlyKeys(bad);
    assertThat(refused.applied()).isEmpty();
    assertThat(store.revision()).isEqualTo(1);
    assertThat(store.layer(Layer.ETCD)).isEmpty();

    assertThat(store.apply(List.of(whole(Layer.ETCD, "new", "new", "")), WHOLE).refused())
        .isEmpty();
    assertThat(store.current().config().routes().find("new")).isPresent();
  }

  @Test
  void aValueThatIsHeldBackDoesNotKeepAWholeBatchFromBeingMade() {
    Change twin = whole(Layer.DIRECTORY, "twin", "one", "");
    apply(whole(Layer.ETCD, "one", "one", ""));
    assertThat(store.apply(List.of(twin), HELD).refused()).containsOnlyKeys(twin);
    List<Change> renamed =
        List.of(remove(Layer.ETCD, "routes.one"), whole(Layer.ETCD, "uno", "one", ""));
    assertThat(store.apply(renamed, WHOLE).refused()).isEmpty();
    assertThat(store.current().config().routes().find("uno")).isPresent();
    assertThat(store.newest(Layer.DIRECTORY, "routes.twin")).isPresent();
    apply(remove(Layer.ETCD, "routes.uno"));
    assertThat(store.current().config().routes().find("twin")).as("fits now").isPresent();
  }

  @Test
  void aKeyOfNoRouteIsRefusedAndARemovedRouteLeavesStraysThatDoNothing() {
    Change stray = set(Layer.ETCD, "routes.none.trim-prefix", "/x");
    assertThat(apply(stray).refused()).containsOnlyKeys(stray);
    apply(
        whole(Layer.DIRECTORY, "new", "new", ""),
        set(Layer.OVERRIDE, "routes.new.trim-prefix", "/jmx"));
    apply(remove(Layer.DIRECTORY, "routes.new"));
    assertThat(store.current().config().routes().find("new")).isEmpty();
    assertThat(inForce("routes.new.trim-prefix")).isEqualTo("/jmx");
    assertThat(store.lastChange("routes.new.match")).as("of a route that is gone").isEmpty();
    apply(whole(Layer.DIRECTORY, "new", "new", ""));
    assertThat(store.current().config().routes().find("new").orElseThrow().routing().trimPrefix())
        .isEqualTo("/jmx");
  }

  @Test
  void twoRoutesOfTheSameMatchAreOneTooMany() {
    Change twin = set(Layer.ETCD, "routes.twin", "{\"match\":{}," + TARGETS + "}");
    assertThat(apply(twin).refused().get(twin).toString())
        .contains("the same as routes.shop.match");
    assertThat(store.revision()).isEqualTo(1);
  }

  @Test
  void aSourceOfRouteValuesHasThemInTheSnapshotOfTheRoute() {
    FlagStore other = new FlagStore(Settings.registry(), () -> 7);
    other.setRouteValues(
        (route, application) -> {
          String flag = "routes." + route + ".rollout.canary";
          return List.of(
              application.isEmpty()
                  ? Change.remove(Layer.DYNAMODB, flag, "")
                  : Change.set(
                      Layer.DYNAMODB, flag, application.get().equals("a") ? "1" : "0", ""));
        });
    other.apply(
        List.of(
            set(Layer.CONF, "main-target", "http://m"),
            set(Layer.CONF, "canary-target", "http://c"),
            set(Layer.CONF, "rollout.canary", "0.9"),
            whole(Layer.ETCD, "new", "new", ",\"rollout\":{\"canary\":\"0.5\"}")),
        EACH);
    assertThat(canary(other)).as("revision 1").isEqualTo(0);
    other.apply(List.of(set(Layer.ETCD, "routes.new.application", "a")), EACH);
    assertThat(canary(other)).as("revision 2").isEqualTo(1);
    other.apply(List.of(remove(Layer.ETCD, "routes.new.application")), EACH);
    assertThat(canary(other)).as("revision 3").isEqualTo(0);
    assertThat(other.revision()).isEqualTo(3);
    Map<Change, ?> refused =
        other
            .apply(
                List.of(
                    remove(Layer.ETCD, "routes.new"),
                    set(Layer.ETCD, "routes.nil.trim-prefix", "/x")),
                WHOLE)
            .refused();
    assertThat(refused).hasSize(2);
    assertThat(other.layer(Layer.DYNAMODB)).hasSize(1);
    other.apply(List.of(remove(Layer.ETCD, "routes.new")), WHOLE);
    assertThat(other.layer(Layer.DYNAMODB)).isEmpty();
  }

  private static double canary(FlagStore store) {
    return store.current().config().routes().find("new").orElseThrow().rollout().canary();
  }
}
