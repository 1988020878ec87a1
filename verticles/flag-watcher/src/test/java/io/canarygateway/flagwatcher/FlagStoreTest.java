package io.canarygateway.flagwatcher;

import static io.canarygateway.flagwatcher.FlagStore.Batch.EACH;
import static io.canarygateway.flagwatcher.FlagStore.Batch.HELD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.canarygateway.config.ConfigException;
import io.canarygateway.config.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FlagStoreTest {

  private final FlagStore store = new FlagStore(Settings.registry(), () -> 7);

  @BeforeEach
  void start() throws ConfigException {
    store.start(
        List.of(
            Change.set(Layer.CONF, "main-target", "http://m", "file"),
            Change.set(Layer.CONF, "canary-target", "http://c", "file")));
  }

  private static Change change(Layer layer, String flag, String text) {
    return new Change(layer, flag, Optional.ofNullable(text), "origin");
  }

  private String inForce(String flag) {
    return store.current().values().texts().get(flag);
  }

  @Test
  void aBatchIsOneRevision() {
    FlagStore.Outcome outcome =
        store.apply(
            List.of(
                change(Layer.ETCD, "trim-prefix", "/a"),
                change(Layer.ETCD, "max-requests-in-flight", "5")),
            EACH);
    assertThat(outcome.refused()).isEmpty();
    assertThat(outcome.changed())
        .containsExactlyInAnyOrder("trim-prefix", "max-requests-in-flight");
    assertThat(store.current().revision()).isEqualTo(2);
    assertThat(store.current().config().routing().maxRequestsInFlight()).isEqualTo(5);
  }

  @Test
  void whatNothingComesOfMakesNoRevision() {
    store.apply(List.of(change(Layer.OVERRIDE, "trim-prefix", "/top")), EACH);
    FlagStore.Outcome covered =
        store.apply(List.of(change(Layer.ETCD, "trim-prefix", "/below")), EACH);
    assertThat(covered.changed()).isEmpty();
    assertThat(store.apply(List.of(), EACH).changed()).isEmpty();
    assertThat(store.current().revision()).isEqualTo(2);
    assertThat(store.source("trim-prefix")).isEqualTo(Layer.OVERRIDE);
    store.apply(List.of(change(Layer.OVERRIDE, "trim-prefix", null)), EACH);
    assertThat(inForce("trim-prefix")).isEqualTo("/below");
    assertThat(store.lastChange("trim-prefix").orElseThrow().previous()).contains("/top");
  }

  @Test
  void onlyWhatDoesNotFitIsLeftOut() {
    Change strategy = change(Layer.ETCD, "strategy", "sidecar");
    FlagStore.Outcome outcome =
        store.apply(List.of(strategy, change(Layer.ETCD, "trim-prefix", "/a")), EACH);
    assertThat(outcome.refused()).containsOnlyKeys(strategy);
    assertThat(outcome.refused().get(strategy).key()).isEqualTo("sidecar-url");
    assertThat(inForce("trim-prefix")).isEqualTo("/a");
    assertThat(inForce("strategy")).isNull();
  }

  @Test
  void aWholeBatchIsAllOrNothing() {
    List<Change> batch =
        List.of(change(Layer.CONF, "strategy", "sidecar"), change(Layer.CONF, "trim-prefix", "/a"));
    assertThat(store.apply(batch, HELD).refused()).containsOnlyKeys(batch);
    assertThat(inForce("trim-prefix")).isNull();
    assertThat(store.current().revision()).isEqualTo(1);
  }

  @Test
  void aRemovalThatLeavesAHoleIsRefused() {
    store.apply(
        List.of(
            change(Layer.ETCD, "sidecar-url", "http://s"),
            change(Layer.ETCD, "strategy", "sidecar")),
        EACH);
    Change removal = change(Layer.ETCD, "sidecar-url", null);
    assertThat(store.apply(List.of(removal), EACH).refused()).containsOnlyKeys(removal);
    assertThat(inForce("sidecar-url")).isEqualTo("http://s");
    FlagStore.Outcome both =
        store.apply(List.of(removal, change(Layer.ETCD, "strategy", null)), EACH);
    assertThat(both.refused()).isEmpty();
  }

  @Test
  void aStartWithoutWhatIsNeededFails() {
    FlagStore empty = new FlagStore(Settings.registry(), () -> 7);
    assertThatThrownBy(() -> empty.start(List.of(change(Layer.ETCD, "main-target", "http://m"))))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("canary-target: nothing");
  }

  /** In whatever order changes come, the topmost layer's newest value is in force. */
  @Test
  void layersCoverEachOtherWhateverTheOrder() {
    Random random = new Random(1);
    List<Layer> layers =
        new ArrayList<>(List.of(Layer.CONF, Layer.DIRECTORY, Layer.ETCD, Layer.OVERRIDE));
    Map<Layer, String> expected = new TreeMap<>();
    for (int i = 0; i < 2_000; i++) {
      Layer layer = layers.get(random.nextInt(layers.size()));
      String text = random.nextInt(3) == 0 ? null : "/" + random.nextInt(4);
      store.apply(List.of(change(layer, "trim-prefix", text)), EACH);
      if (text == null) {
        expected.remove(layer);
      } else {
        expected.put(layer, text);
      }
      String top = null;
      for (Layer each : layers) {
        top = expected.getOrDefault(each, top);
      }
      assertThat(inForce("trim-prefix")).isEqualTo(top);
    }
  }
}
