package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.JournalLines;
import io.canarygateway.fixtures.Upstreams;
import io.canarygateway.message.ComponentHealth;
import io.canarygateway.message.ComponentHealth.Status;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** When the breaker trips, who is told, and how it ends: by time, by a new generation, by hand. */
class BreakerLifeTest {

  private static final String ERRORS_TRIPPED = "gateway_breaker_tripped{limit=\"errors\"}";
  private static final String ERROR_TRIPS = "gateway_breaker_trips_total{limit=\"errors\"}";

  @RegisterExtension final FreshProxy gateway = new FreshProxy();
  private final Upstreams upstreams = gateway.upstreams;
  private JournalLines log;

  @BeforeEach
  void listen() {
    log = new JournalLines("io.canarygateway.breaker");
  }

  /** Nothing of this proxy is logged while the next test listens. */
  @AfterEach
  void stopListening() {
    gateway.close();
    log.close();
  }

  private JsonObject config(JsonObject breaker) {
    return upstreams.withoutSidecar().put("strategy", "canary").put("circuit-breaker", breaker);
  }

  private static JsonObject errorLimit(int limit) {
    return new JsonObject().put("error-limit-canary", limit);
  }

  /** The target that requests go to, as soon as it is that. */
  private void awaitTarget(String target) {
    await().until(() -> gateway.get("/").body().equals(target));
  }

  private void awaitDetail(String detail) {
    await()
        .untilAsserted(
            () ->
                assertThat(gateway.running().health("breaker"))
                    .isEqualTo(new ComponentHealth("breaker", Status.UP, detail)));
  }

  private void trip() throws Exception {
    upstreams.canary.answerWith(500);
    gateway.get("/");
    gateway.get("/");
    assertThat(gateway.get("/").body()).isEqualTo("main");
    upstreams.canary.answerWith(200);
  }

  @Test
  void aTripAndItsEndAreToldOnceEach() throws Exception {
    gateway.start(config(errorLimit(2)));
    awaitDetail("");
    trip();
    awaitDetail("canary error limit reached: 2 of 2");
    assertThat(gateway.metric(ERRORS_TRIPPED)).isEqualTo(1);
    assertThat(gateway.metric(ERROR_TRIPS)).isEqualTo(1);
    assertThat(gateway.metric("gateway_breaker_tripped{limit=\"requests\"}")).isZero();
    assertThat(log.saying("canary error limit reached"))
        .singleElement()
        .satisfies(line -> assertThat(line).containsEntry("limit", 2L).containsEntry("used", 2L));
    gateway.running().use(config(errorLimit(3)));
    awaitTarget("canary");
    awaitDetail("");
    assertThat(gateway.metric(ERRORS_TRIPPED)).isZero();
    assertThat(gateway.metric(ERROR_TRIPS)).isEqualTo(1);
    assertThat(log.saying("canary error limit reached")).hasSize(1);
    assertThat(log.saying("canary error limit has room again")).hasSize(1);
  }

  @Test
  void aNewGenerationStartsAnewWithoutARestart() throws Exception {
    gateway.start(config(errorLimit(2)));
    trip();
    gateway.running().use(config(errorLimit(2).put("generation", "v2")));
    awaitTarget("canary");
    assertThat(gateway.metric("gateway_breaker_errors")).isZero();
    trip();
    gateway.running().use(config(errorLimit(2).put("generation", "v3")));
    awaitTarget("canary");
  }

  @Test
  void withinAWindowRoomComesBack() throws Exception {
    JsonObject breaker = new JsonObject().put("request-limit-canary", 2).put("window", "2s");
    gateway.start(config(breaker));
    long start = System.nanoTime();
    assertThat(gateway.get("/").body()).isEqualTo("canary");
    assertThat(gateway.get("/").body()).isEqualTo("canary");
    assertThat(gateway.get("/").body()).isEqualTo("main");
    awaitTarget("canary");
    assertThat(System.nanoTime() - start).isGreaterThan(2_000_000_000L);
    assertThat(gateway.routed("main", "Canary request limit reached")).isPositive();
    await().until(() -> gateway.metric("gateway_breaker_requests") == 0);
    await()
        .untilAsserted(
            () -> assertThat(log.saying("canary request limit has room again")).hasSize(1));
    assertThat(log.saying("canary request limit reached")).hasSize(1);
  }

  @Test
  void withoutLimitsNothingIsSaidOfTheBreaker() throws Exception {
    gateway.start(config(new JsonObject()));
    assertThat(gateway.running().health("breaker")).isNull();
    assertThat(gateway.metric(ERRORS_TRIPPED)).isZero();
  }
}
