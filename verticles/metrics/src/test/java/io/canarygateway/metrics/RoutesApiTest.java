package io.canarygateway.metrics;

import static io.canarygateway.metrics.ApiFixture.release;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.canarygateway.message.Addresses;
import io.canarygateway.message.NodeReport;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code /api/v1/routes} and {@code /api/v1/nodes}. */
class RoutesApiTest {

  private ApiFixture api;

  @BeforeEach
  void start() throws Exception {
    JsonObject shop =
        new JsonObject()
            .put("match", new JsonObject().put("path", new JsonObject().put("prefix", "/shop")))
            .put("main-target", new JsonArray().add("http://127.0.0.1:1").add("http://127.0.0.1:2"))
            .put("canary-target", "http://127.0.0.1:3")
            .put("strategy", "rollout")
            .put("rollout", new JsonObject().put("canary", 0.05))
            .put("circuit-breaker", new JsonObject().put("error-limit-canary", 15));
    api = ApiFixture.start(new JsonObject().put("routes", new JsonObject().put("shop", shop)));
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private JsonObject get(String path) throws Exception {
    return new JsonObject(api.get("/api/v1/" + path).body());
  }

  private void respond(String target, String statusClass, int times) {
    Counter.builder("gateway_responses")
        .tags("route", "shop", "target", target, "status_class", statusClass)
        .register(api.host.registry())
        .increment(times);
  }

  @Test
  void aRouteHasItsSettingsInForceAndItsFigures() throws Exception {
    respond("canary", "2xx", 7);
    respond("canary", "5xx", 2);
    respond("canary", "error", 1);
    Gauge.builder("gateway_breaker_errors", () -> 3)
        .tag("route", "shop")
        .register(api.host.registry());
    Gauge.builder("gateway_breaker_tripped", () -> 1)
        .tags("route", "shop", "limit", "errors")
        .register(api.host.registry());
    api.report(release("shop"));
    JsonObject shop = get("routes/shop");
    assertThat(shop.getJsonObject("match"))
        .isEqualTo(new JsonObject("{\"path\": {\"prefix\": \"/shop\"}}"));
    assertThat(shop.getString("strategy")).isEqualTo("rollout");
    assertThat(shop.getDouble("rollout")).isEqualTo(0.05);
    assertThat(shop.getBoolean("canary_enabled")).isTrue();
    assertThat(shop.getJsonArray("main_target")).hasSize(2);
    assertThat(shop.getJsonObject("breaker").getLong("error_limit")).isEqualTo(15);
    assertThat(shop.getJsonObject("breaker").getLong("errors")).isEqualTo(3);
    assertThat(shop.getJsonObject("breaker").getJsonArray("tripped")).containsExactly("errors");
    assertThat(shop.getJsonObject("release").getString("version")).isEqualTo("v2");
    assertThat(shop.getJsonObject("canary").getLong("requests")).isEqualTo(10);
    assertThat(shop.getJsonObject("canary").getLong("errors")).isEqualTo(3);
    assertThat(shop.getJsonObject("main").getLong("requests")).isZero();
    JsonArray all = get("routes").getJsonArray("routes");
    assertThat(all.stream().map(route -> ((JsonObject) route).getString("name")))
        .containsExactly("default", "shop");
    assertThat(api.get("/api/v1/routes/cart").statusCode()).isEqualTo(404);
  }

  @Test
  void theLastMinutesAreKept() throws Exception {
    assertThat(get("routes/default/series").getJsonArray("main")).isEmpty();
    assertThat(api.get("/api/v1/routes/cart/series").statusCode()).isEqualTo(404);
    respond("main", "2xx", 1);
    Timer timer =
        Timer.builder("gateway_response_duration")
            .serviceLevelObjectives(Duration.ofMillis(10), Duration.ofMillis(20))
            .tags("route", "shop", "target", "main")
            .register(api.host.registry());
    // Within a step the counters cannot be seen; whatever is counted between two steps is shown.
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              respond("main", "2xx", 5);
              timer.record(Duration.ofMillis(15));
              JsonArray points = get("routes/shop/series").getJsonArray("main");
              assertThat(points).isNotEmpty();
              JsonObject last = points.getJsonObject(points.size() - 1);
              assertThat(last.getInteger("requests")).isPositive();
              assertThat(last.getDouble("p50_ms")).isCloseTo(15, within(0.1));
            });
    assertThat(get("routes/shop").getJsonObject("main").getDouble("p99_ms"))
        .isCloseTo(19.9, within(0.1));
  }

  @Test
  void aNodeHasItsHealth() throws Exception {
    for (String node : new String[] {ApiFixture.NODE, "n2"}) {
      api.host
          .bus()
          .publish(
              Addresses.CLUSTER_NODES, new NodeReport(node, "127.0.0.1:1", 7, "a", "b", false));
    }
    await()
        .untilAsserted(
            () ->
                assertThat(
                        get("nodes").getJsonArray("nodes").stream()
                            .map(node -> ((JsonObject) node).getString("health")))
                    .containsExactly("UP", "UNKNOWN"));
  }
}
