package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the breaker trips, who is told, and how it ends: by time, by a new generation, by hand. */
class BreakerLifeTest {

  private static final String ERRORS_TRIPPED = "gateway_breaker_tripped{limit=\"errors\"}";
  private static final String ERROR_TRIPS = "gateway_breaker_trips_total{limit=\"errors\"}";

  @TempDir Path directory;
  private Upstreams upstreams;
  private GatewayFixture gateway;
  private JournalLines log;

  @BeforeEach
  void start() {
    upstreams = new Upstreams();
    log = new JournalLines("io.canarygateway.proxy");
  }

  @AfterEach
  void stop() {
    log.close();
    gateway.close();
    upstreams.close();
  }

  private JsonObject config(JsonObject breaker) {
    return upstreams.withoutSidecar().put("strategy", "canary").put("circuit-breaker", breaker);
  }

  private static JsonObject errorLimit(int limit) {
    return new JsonObject().put("error-limit-canary", limit);
  }

  private Path write(JsonObject config) throws Exception {
    Path next = directory.resolve("next");
    Files.writeString(next, GatewayFixture.onFreePorts(config).encode());
    return Files.move(next, directory.resolve("config.json"), StandardCopyOption.REPLACE_EXISTING);
  }

  private void startWatched(JsonObject config) throws Exception {
    gateway = GatewayFixture.start(config, write(config));
  }

  /** The target that requests go to, as soon as it is that. */
  private void awaitTarget(String target) {
    await().until(() -> gateway.get("/").body().equals(target));
  }

  private void awaitDetail(String detail) {
    await()
        .untilAsserted(
            () ->
                assertThat(gateway.health("breaker").getJsonObject("data").getString("detail"))
                    .isEqualTo(detail));
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
    startWatched(config(errorLimit(2)));
    awaitDetail("");
    trip();
    awaitDetail("canary error limit reached: 2 of 2");
    assertThat(gateway.metric(ERRORS_TRIPPED)).isEqualTo(1);
    assertThat(gateway.metric(ERROR_TRIPS)).isEqualTo(1);
    assertThat(gateway.metric("gateway_breaker_tripped{limit=\"requests\"}")).isZero();
    assertThat(log.saying("canary error limit reached"))
        .singleElement()
        .satisfies(line -> assertThat(line).containsEntry("limit", 2L).containsEntry("used", 2L));
    assertThat(gateway.health("breaker").getString("status")).isEqualTo("UP");
    assertThat(gateway.instrumentation("/health/ready").statusCode()).isEqualTo(200);
    write(config(errorLimit(3)));
    awaitTarget("canary");
    awaitDetail("");
    assertThat(gateway.metric(ERRORS_TRIPPED)).isZero();
    assertThat(gateway.metric(ERROR_TRIPS)).isEqualTo(1);
    assertThat(log.saying("canary error limit reached")).hasSize(1);
    assertThat(log.saying("canary error limit has room again")).hasSize(1);
  }

  @Test
  void aNewGenerationStartsAnewWithoutARestart() throws Exception {
    startWatched(config(errorLimit(2)));
    trip();
    write(config(errorLimit(2).put("generation", "v2")));
    awaitTarget("canary");
    assertThat(gateway.metric("gateway_breaker_errors")).isZero();
    trip();
    write(config(errorLimit(2).put("generation", "v3")));
    awaitTarget("canary");
  }

  @Test
  void withinAWindowRoomComesBack() throws Exception {
    JsonObject breaker = new JsonObject().put("request-limit-canary", 2).put("window", "2s");
    gateway = GatewayFixture.start(config(breaker));
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
    gateway = GatewayFixture.start(config(new JsonObject()));
    assertThat(gateway.instrumentation("/health/ready").body()).doesNotContain("breaker");
    assertThat(gateway.metric(ERRORS_TRIPPED)).isZero();
  }
}
