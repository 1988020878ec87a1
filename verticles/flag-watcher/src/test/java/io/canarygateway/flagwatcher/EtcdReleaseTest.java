package io.canarygateway.flagwatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.message.Addresses;
import io.canarygateway.message.ReleaseWeights;
import io.canarygateway.snapshot.ConfigSnapshot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Releases that are set in a real etcd. */
class EtcdReleaseTest extends EtcdWatching {

  private static final String SHOP = "routes.shop.";

  private static double share(ConfigSnapshot snapshot) {
    return snapshot.config().routes().find("shop").orElseThrow().rollout().canary();
  }

  private static void decide(WatcherFixture gateway, String version, double weight) {
    gateway.publish(
        Addresses.RELEASE_WEIGHTS,
        new ReleaseWeights(
            List.of(new ReleaseWeights.OfRoute("shop", version, weight, false, "a step"))));
  }

  private static void awaitShare(WatcherFixture gateway, double share) {
    await()
        .until(
            () ->
                gateway
                    .route("shop")
                    .filter(route -> route.rollout().canary() == share)
                    .isPresent());
  }

  @Test
  void aTransactionWithARouteAndItsReleaseIsOneSnapshotAndSoIsItsNextVersion() throws Exception {
    WatcherFixture gateway = start(config());
    etcd.put("rollout.canary", "0.9");
    await().until(() -> gateway.config().rollout().canary() == 0.9);
    int before = gateway.published().size();
    Map<String, String> route = new HashMap<>();
    route.put(SHOP + "match", "{\"hosts\":[\"shop\"]}");
    route.put(SHOP + "main-target", "http://127.0.0.1:1");
    route.put(SHOP + "canary-target", "http://127.0.0.1:2");
    route.put(SHOP + "rollout.canary", "0.8");
    route.put(SHOP + "release.version", "v1");
    etcd.putAll(route);
    awaitShare(gateway, 0);
    decide(gateway, "v1", 1);
    awaitShare(gateway, 1);
    etcd.put(SHOP + "release.version", "v2");
    awaitShare(gateway, 0);
    decide(gateway, "v2", 0.1);
    awaitShare(gateway, 0.1);
    etcd.delete(SHOP + "release.version");
    awaitShare(gateway, 0.8);
    assertThat(gateway.published().stream().skip(before).map(EtcdReleaseTest::share))
        .containsExactly(0.0, 1.0, 0.0, 0.1, 0.8);
  }
}
