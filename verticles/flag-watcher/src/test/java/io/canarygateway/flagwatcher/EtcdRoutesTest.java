package io.canarygateway.flagwatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Routes in a real etcd: a transaction that concerns one is taken or rolled back whole. */
class EtcdRoutesTest extends EtcdWatching {

  private static final String MAIN = "http://127.0.0.1:1";
  private static final String CANARY = "http://127.0.0.1:2";

  private static JsonObject route(String host) {
    return new JsonObject()
        .put("match", new JsonObject().put("hosts", new JsonArray().add(host)))
        .put("main-target", MAIN)
        .put("canary-target", CANARY);
  }

  /** A route by several keys. */
  private static Map<String, String> keys(String name, String host) {
    Map<String, String> keys = new HashMap<>();
    keys.put("routes." + name + ".match", "{\"hosts\":[\"" + host + "\"]}");
    keys.put("routes." + name + ".main-target", MAIN);
    keys.put("routes." + name + ".canary-target", CANARY);
    return keys;
  }

  private static void awaitRoute(WatcherFixture gateway, String name) {
    await().until(() -> gateway.route(name).isPresent());
  }

  private static void awaitNoRoute(WatcherFixture gateway, String name) {
    await().until(() -> gateway.route(name).isEmpty());
  }

  /** Waits until so many values were put back. */
  private static void awaitRolledBack(WatcherFixture gateway, int values) throws Exception {
    await()
        .untilAsserted(
            () ->
                assertThat(gateway.metric("gateway_etcd_rollbacks_total{result=\"won\"}"))
                    .isEqualTo(values));
  }

  private static Map<String, String> stored(Iterable<String> names) throws Exception {
    Map<String, String> stored = new TreeMap<>();
    for (String name : names) {
      if (etcd.value(name) != null) {
        stored.put(name, etcd.value(name));
      }
    }
    return stored;
  }

  @Test
  void oneKeyAddsARouteAndItsDeletionRemovesIt() throws Exception {
    WatcherFixture gateway = start(config());
    etcd.put("routes.shop", route("shop").put("trim-prefix", "/a").encode());
    awaitRoute(gateway, "shop");
    assertThat(gateway.route("shop").orElseThrow().routing().trimPrefix()).isEqualTo("/a");
    assertThat(gateway.revision()).isEqualTo(2);
    etcd.put("routes.shop.trim-prefix", "/b");
    await().until(() -> gateway.route("shop").orElseThrow().routing().trimPrefix().equals("/b"));
    etcd.delete("routes.shop.trim-prefix");
    await().until(() -> gateway.route("shop").orElseThrow().routing().trimPrefix().equals("/a"));
    etcd.delete("routes.shop");
    awaitNoRoute(gateway, "shop");
    assertThat(gateway.report().flags()).noneMatch(flag -> flag.name().startsWith("routes."));
  }

  @Test
  void severalKeysInOneTransactionAddARouteAndADeletionOfAllRemovesIt() throws Exception {
    WatcherFixture gateway = start(config());
    etcd.putAll(keys("shop", "shop"));
    awaitRoute(gateway, "shop");
    assertThat(gateway.revision()).isEqualTo(2);
    etcd.deleteAll("routes.shop.");
    awaitNoRoute(gateway, "shop");
    assertThat(gateway.revision()).isEqualTo(3);
    assertThat(gateway.metric("gateway_flag_rejections_total{source=\"etcd\"}")).isZero();
  }

  @Test
  void aTransactionWithOneBadValueIsRolledBackWhole() throws Exception {
    Map<String, String> shop = keys("shop", "shop");
    etcd.putAll(shop);
    etcd.put("limit", "7");
    WatcherFixture gateway = start(config());
    WatcherFixture other = start(config());
    Map<String, String> bad = new HashMap<>(keys("cart", "cart"));
    bad.put("routes.shop.match", "{\"hosts\":[\"other\"]}");
    bad.put("routes.shop.rollout.canary", "10%");
    bad.put("limit", "8");
    long revision = etcd.putAll(bad).getHeader().getRevision();
    await().until(() -> "7".equals(etcd.value("limit")));
    assertThat(stored(bad.keySet()))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("routes.shop.match", shop.get("routes.shop.match"), "limit", "7"));
    assertThat(etcd.get("limit").orElseThrow().getModRevision())
        .as("one transaction restored all keys")
        .isEqualTo(etcd.get("routes.shop.match").orElseThrow().getModRevision())
        .isEqualTo(revision + 1);
    for (WatcherFixture each : gateways) {
      assertThat(each.revision()).isEqualTo(1);
      assertThat(each.route("cart")).isEmpty();
      assertThat(each.flag("limit")).isEqualTo("7");
    }
    await()
        .untilAsserted(
            () ->
                assertThat(
                        gateway.metric("gateway_etcd_rollbacks_total{result=\"won\"}")
                            + other.metric("gateway_etcd_rollbacks_total{result=\"won\"}"))
                    .isEqualTo(bad.size()));
    etcd.put("limit", "9");
    awaitFlag(gateway, "limit", "9");
    assertThat(gateway.revision()).as("the rollback changed nothing").isEqualTo(2);
  }

  @Test
  void aKeyOfNoRouteIsRolledBack() throws Exception {
    WatcherFixture gateway = start(config());
    etcd.put("routes.shop.trim-prefix", "/a");
    await().until(() -> etcd.get("routes.shop.trim-prefix").isEmpty());
    assertThat(gateway.report().refusals().get(0).reason()).contains("routes.shop.match");
    assertThat(gateway.revision()).isEqualTo(1);
  }

  /** A value that is held back until its route comes is good: it is not rolled back for ever. */
  @Test
  void aHeldValueIsPutBackInPlaceOfABadOneAndFitsLater() throws Exception {
    etcd.put("routes.shop.rollout.canary", "0.05");
    WatcherFixture gateway = start(config());
    for (int i = 1; i <= 2; i++) {
      etcd.put("routes.shop.rollout.canary", "0.1");
      awaitRolledBack(gateway, i);
      assertThat(etcd.value("routes.shop.rollout.canary")).isEqualTo("0.05");
      int rollbacks = i;
      await()
          .during(Duration.ofMillis(500))
          .untilAsserted(() -> awaitRolledBack(gateway, rollbacks));
    }
    etcd.putAll(keys("shop", "shop"));
    awaitRoute(gateway, "shop");
    assertThat(gateway.route("shop").orElseThrow().rollout().canary()).isEqualTo(0.05);
    etcd.put("routes.shop.rollout.canary", "5");
    awaitRolledBack(gateway, 3);
    assertThat(etcd.value("routes.shop.rollout.canary")).isEqualTo("0.05");
    assertThat(gateway.route("shop").orElseThrow().rollout().canary()).isEqualTo(0.05);
  }

  @Test
  void aTargetOfALiveRouteCannotBeDeleted() throws Exception {
    etcd.putAll(keys("shop", "shop"));
    WatcherFixture gateway = start(config());
    etcd.delete("routes.shop.canary-target");
    await().until(() -> CANARY.equals(etcd.value("routes.shop.canary-target")));
    assertThat(gateway.revision()).isEqualTo(1);
    assertThat(gateway.route("shop")).isPresent();
  }

  @Test
  void aBadRouteGoesBackToTheOneBeforeAndABadNewOneGoes() throws Exception {
    String good = route("shop").encode();
    etcd.put("routes.shop", good);
    WatcherFixture gateway = start(config());
    for (String bad :
        new String[] {
          "{ not json",
          "[]",
          route("shop").put("strategie", "main").encode(),
          route("shop").put("rollout", new JsonObject().put("canary", 2)).encode(),
          "{\"match\":{}}"
        }) {
      etcd.put("routes.shop", bad);
      await().until(() -> good.equals(etcd.value("routes.shop")));
    }
    etcd.put("routes.new", "{}");
    await().until(() -> etcd.get("routes.new").isEmpty());
    assertThat(gateway.revision()).isEqualTo(1);
    awaitRolledBack(gateway, 6);
  }

  @Test
  void ofTwoRoutesWithTheSameMatchTheLaterOneIsRolledBack() throws Exception {
    WatcherFixture gateway = start(config());
    etcd.put("routes.first", route("shop").encode());
    awaitRoute(gateway, "first");
    etcd.putAll(keys("earlier-by-name", "shop"));
    awaitRolledBack(gateway, 3);
    assertThat(stored(keys("earlier-by-name", "shop").keySet())).isEmpty();
    assertThat(gateway.revision()).isEqualTo(2);
    assertThat(gateway.report().refusals().toString()).contains("a match that no other route has");
  }

  @Test
  void aKeyThatWasChangedMeanwhileStaysAndTheOthersOfItsTransactionGo() throws Exception {
    etcd.putAll(keys("shop", "shop"));
    WatcherFixture gateway = start(config());
    etcd.putAll(Map.of("routes.shop.strategy", "none", "routes.shop.trim-prefix", "/a"));
    etcd.put("routes.shop.trim-prefix", "/good"); // Before or after the rollback.
    await().until(() -> etcd.get("routes.shop.strategy").isEmpty());
    await()
        .during(Duration.ofMillis(300))
        .until(() -> "/good".equals(etcd.value("routes.shop.trim-prefix")));
    await().until(() -> gateway.route("shop").orElseThrow().routing().trimPrefix().equals("/good"));
  }

  @Test
  void aDeletionOfMoreKeysThanOneTransactionTakesIsUndoneInSeveral() throws Exception {
    Map<String, String> all = new HashMap<>();
    for (int i = 0; i < 40; i++) {
      all.putAll(keys("r" + i, "h" + i));
    }
    all.put("routes.base.sidecar-url", SIDECAR);
    etcd.putAll(all);
    JsonObject base = route("base").put("strategy", "sidecar");
    WatcherFixture gateway = start(config().put("routes", new JsonObject().put("base", base)));
    etcd.deleteAll("routes.");
    awaitRolledBack(gateway, all.size());
    assertThat(stored(all.keySet())).isEqualTo(all);
    assertThat(gateway.revision()).isEqualTo(1);
    assertThat(gateway.config().routes().named()).hasSize(41);
  }
}
