package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.EtcdServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The limits of routes over two nodes, with leases from a real etcd. */
@Tag("external")
class RouteLeasesTest {

  private static final String KEYS = "/gateway/breakers/";
  private static final String DEFAULT = "gateway/g";
  private static final String SHOP = "gateway/shop/g";
  private static final String CART = "gateway/basket/cart/g";
  private static final int NODES = 2;

  @TempDir Path directory;
  private final ClusterNodes cluster = new ClusterNodes();
  private EtcdServer etcd;
  private List<GatewayFixture> gateways;

  @BeforeEach
  void startEtcd() throws Exception {
    etcd = EtcdServer.start(directory.resolve("etcd"), 1);
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
    etcd.close();
  }

  private JsonObject route(String path, JsonObject breaker) {
    return cluster
        .upstreams
        .withoutSidecar()
        .put("match", new JsonObject().put("path", new JsonObject().put("prefix", path)))
        .put("circuit-breaker", breaker);
  }

  private static JsonObject requests(int limit) {
    return new JsonObject()
        .put("request-limit-canary", limit)
        .put("error-limit-canary", 0)
        .put("generation", "g");
  }

  private static JsonObject errors(int limit) {
    return new JsonObject()
        .put("request-limit-canary", 0)
        .put("error-limit-canary", limit)
        .put("generation", "g");
  }

  private JsonObject withoutShop() {
    return new JsonObject()
        .put("cart", route("/cart", errors(25)).put("application", "basket"))
        .put("free", route("/free", requests(0)));
  }

  private JsonObject withShop() {
    return withoutShop().put("shop", route("/shop", requests(40)));
  }

  private Path file(int node) {
    return directory.resolve("config" + node + ".json");
  }

  /** Writes the configuration files, which running nodes watch. */
  private JsonObject write(int node, JsonObject routes) throws Exception {
    JsonObject config =
        GatewayFixture.onFreePorts(
            cluster
                .config(node)
                .put("strategy", "canary")
                .put("etcd", new JsonObject().put("endpoints", new JsonArray(etcd.endpoints())))
                .put("circuit-breaker", requests(30))
                .put("routes", routes));
    Path next = Files.writeString(directory.resolve("next" + node), config.encode());
    Files.move(next, file(node), StandardCopyOption.REPLACE_EXISTING);
    return config;
  }

  private void start(JsonObject routes) throws Exception {
    List<Callable<GatewayFixture>> nodes = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      JsonObject config = write(i, routes);
      Path file = file(i);
      nodes.add(() -> cluster.start(config, file));
    }
    gateways = cluster.startAll(nodes);
  }

  private void use(JsonObject routes) throws Exception {
    for (int i = 0; i < NODES; i++) {
      write(i, routes);
    }
  }

  /** Waits until the route is there, or gone, on both nodes. */
  private void awaitShop(boolean there) {
    for (GatewayFixture gateway : gateways) {
      await().until(() -> gateway.metrics().contains("cluster_up{route=\"shop\"}") == there);
    }
  }

  private long canary(String path) {
    return cluster.upstreams.canary.seen.stream().filter(seen -> seen.uri().equals(path)).count();
  }

  /** Asks both nodes until canary has got so many, and some more. */
  private void askUntil(String path, int canary) {
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> {
              ask(path, 10);
              assertThat(canary(path)).isEqualTo(canary);
            });
  }

  private void ask(String path, int times) throws Exception {
    for (int i = 0; i < times; i++) {
      for (GatewayFixture gateway : gateways) {
        assertThat(gateway.get(path).body()).isIn("main", "canary");
      }
    }
  }

  private static long sum(String record, String field) {
    return new JsonObject(record)
        .getJsonArray("grants").stream()
            .mapToLong(grant -> ((JsonObject) grant).getLong(field))
            .sum();
  }

  @Test
  void eachRouteHasItsOwnLeases() throws Exception {
    start(withShop());
    cluster.upstreams.canary.answerWith(500);
    askUntil("/", 30);
    askUntil("/shop", 40);
    askUntil("/cart", 25);
    ask("/free", 20);
    assertThat(canary("/free")).isEqualTo(40);
    for (String path : List.of("/", "/shop", "/cart")) {
      ask(path, 10);
    }
    assertThat(List.of(canary("/"), canary("/shop"), canary("/cart")))
        .as("never over")
        .containsExactly(30L, 40L, 25L);
    Map<String, String> records = etcd.all(KEYS);
    assertThat(records).containsOnlyKeys(KEYS + DEFAULT, KEYS + SHOP, KEYS + CART);
    assertThat(sum(records.get(KEYS + DEFAULT), "requests")).isEqualTo(30);
    assertThat(sum(records.get(KEYS + SHOP), "requests")).isEqualTo(40);
    assertThat(sum(records.get(KEYS + CART), "errors")).isEqualTo(25);
    for (GatewayFixture gateway : gateways) {
      await()
          .untilAsserted(
              () ->
                  assertThat(gateway.health("breaker").encode())
                      .contains(
                          "canary request limit reached: 30 of 30",
                          "cart: canary error limit reached: 25 of 25",
                          "shop: canary request limit reached: 40 of 40"));
      assertThat(gateway.metrics())
          .contains("gateway_breaker_cluster_granted_requests 30", "_requests{route=\"shop\"} 40")
          .doesNotContain("gateway_breaker_cluster_up{route=\"free\"}");
    }
  }

  @Test
  void aRouteThatGoesReturnsItsLeasesAndFindsItsCountsWhenItIsBack() throws Exception {
    start(withoutShop());
    assertThat(etcd.all(KEYS + "gateway/shop")).isEmpty();
    use(withShop());
    awaitShop(true);
    await()
        .until(
            () -> {
              ask("/shop", 1);
              return canary("/shop") >= 10;
            });
    long used = canary("/shop");
    use(withoutShop());
    await()
        .untilAsserted(
            () -> {
              String record = etcd.all(KEYS).get(KEYS + SHOP);
              assertThat(sum(record, "requests")).isLessThan(40);
              assertThat(sum(record, "requests")).isEqualTo(sum(record, "used_requests"));
            });
    assertThat(sum(etcd.all(KEYS).get(KEYS + SHOP), "requests")).isEqualTo(used);
    awaitShop(false);
    use(withShop());
    awaitShop(true);
    askUntil("/shop", 40);
    ask("/shop", 20);
    assertThat(canary("/shop")).isEqualTo(40);
  }
}
