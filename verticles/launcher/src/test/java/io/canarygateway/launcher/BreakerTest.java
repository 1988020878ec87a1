package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.Upstreams;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The circuit breaker over real sockets and all event loops. */
class BreakerTest {

  /** How often the concurrent cases run, each on a gateway of its own. */
  private static final int REPEATS = Integer.getInteger("breaker.repeats", 5);

  private Upstreams upstreams;

  @BeforeEach
  void start() {
    upstreams = new Upstreams();
  }

  @AfterEach
  void stop() {
    upstreams.close();
  }

  private JsonObject limits(String key, int limit) {
    return upstreams.config().put("circuit-breaker", new JsonObject().put(key, limit));
  }

  @Test
  void theRequestLimitIsReachedExactly() throws Exception {
    AtomicInteger turn = new AtomicInteger();
    upstreams.sidecar.answer(
        request ->
            request.response().setStatusCode(turn.getAndIncrement() % 2 == 0 ? 200 : 204).end());
    for (int i = 0; i < REPEATS; i++) {
      turn.set(0);
      upstreams.canary.seen.clear();
      try (GatewayFixture gateway = GatewayFixture.start(limits("request-limit-canary", 45))) {
        assertThat(posts(gateway, 100)).allMatch(response -> response.statusCode() == 200);
        assertThat(upstreams.canary.seen).hasSize(45);
        assertThat(gateway.metric("gateway_breaker_reservations")).isZero();
      }
    }
  }

  @Test
  void theErrorLimitIsNeverOvershot() throws Exception {
    upstreams.canary.answerWith(500);
    for (int i = 0; i < REPEATS; i++) {
      upstreams.canary.seen.clear();
      try (GatewayFixture gateway = GatewayFixture.start(limits("error-limit-canary", 15))) {
        posts(gateway, 120);
        assertThat(upstreams.canary.seen).hasSizeLessThanOrEqualTo(15).isNotEmpty();
        assertThat(gateway.metric("gateway_breaker_reservations")).isZero();
        assertThat(gateway.metric("gateway_breaker_errors"))
            .isEqualTo(upstreams.canary.seen.size());
      }
    }
  }

  @Test
  void bothLimitsGiveTheirReasons() throws Exception {
    upstreams.canary.answerWith(302);
    try (GatewayFixture gateway = GatewayFixture.start(limits("error-limit-canary", 1))) {
      assertThat(gateway.get("/").statusCode()).isEqualTo(302);
      assertThat(gateway.get("/").body()).isEqualTo("main");
      assertThat(gateway.routed("main", "Canary error limit reached")).isEqualTo(1);
      await()
          .untilAsserted(
              () ->
                  assertThat(gateway.health("breaker").encode())
                      .contains("\"UP\"", "canary error limit reached: 1 of 1"));
      assertThat(gateway.instrumentation("/health/ready").statusCode()).isEqualTo(200);
    }
    try (GatewayFixture gateway = GatewayFixture.start(limits("request-limit-canary", 1))) {
      gateway.get("/");
      assertThat(gateway.get("/").body()).isEqualTo("main");
      assertThat(gateway.routed("main", "Canary request limit reached")).isEqualTo(1);
    }
  }

  @Test
  void aLimitThatIsReachedWhileTheSidecarIsAskedHasItsOwnReason() throws Exception {
    List<Runnable> answers = new java.util.concurrent.CopyOnWriteArrayList<>();
    upstreams.sidecar.answer(request -> answers.add(() -> request.response().end()));
    try (GatewayFixture gateway = GatewayFixture.start(limits("request-limit-canary", 1))) {
      List<CompletableFuture<HttpResponse<String>>> both = List.of(post(gateway), post(gateway));
      await().until(() -> answers.size() == 2);
      answers.forEach(Runnable::run);
      assertThat(both)
          .extracting(response -> response.get().body())
          .containsExactlyInAnyOrder("canary", "main");
      assertThat(
              gateway.routed("main", "Sidecar returns status code 200, but canary limit reached"))
          .isEqualTo(1);
    }
  }

  @Test
  void roomThatRequestsInFlightHoldIsReservedAndNotReached() throws Exception {
    List<Runnable> answers = new java.util.concurrent.CopyOnWriteArrayList<>();
    upstreams.canary.answer(request -> answers.add(() -> request.response().end("canary")));
    try (GatewayFixture gateway = GatewayFixture.start(limits("error-limit-canary", 2))) {
      List<CompletableFuture<HttpResponse<String>>> held = List.of(post(gateway), post(gateway));
      await().until(() -> answers.size() == 2);
      assertThat(gateway.get("/").body()).isEqualTo("main");
      assertThat(gateway.routed("main", "Canary error limit reserved")).isEqualTo(1);
      assertThat(gateway.routed("main", "Canary error limit reached")).isZero();
      assertThat(gateway.metric("gateway_breaker_tripped{limit=\"errors\"}")).isZero();
      answers.forEach(Runnable::run);
      assertThat(held).extracting(response -> response.get().body()).containsOnly("canary");
    }
  }

  @Test
  void onlyTheStatusesThatAreSetAreErrors() throws Exception {
    JsonObject config = limits("error-limit-canary", 2);
    config
        .getJsonObject("circuit-breaker")
        .put("error-statuses", new JsonArray().add("5xx").add("429"));
    try (GatewayFixture gateway = GatewayFixture.start(config)) {
      for (int status : new int[] {302, 404, 418, 499, 429, 503}) {
        upstreams.canary.answerWith(status);
        assertThat(gateway.get("/").statusCode()).isEqualTo(status);
      }
      assertThat(gateway.metric("gateway_breaker_errors")).isEqualTo(2);
      assertThat(gateway.get("/").body()).isEqualTo("main");
      assertThat(gateway.routed("main", "Canary error limit reached")).isEqualTo(1);
    }
  }

  @Test
  void xCanaryPassesTheBreakerButItsErrorsCount() throws Exception {
    upstreams.canary.answerWith(500);
    try (GatewayFixture gateway = GatewayFixture.start(limits("error-limit-canary", 2))) {
      for (int i = 0; i < 3; i++) {
        assertThat(gateway.get("/", "X-Canary", "true").statusCode()).isEqualTo(500);
      }
      assertThat(gateway.get("/").body()).isEqualTo("main");
      assertThat(gateway.get("/", "X-Canary", "true").statusCode()).isEqualTo(500);
    }
  }

  @ParameterizedTest
  @CsvSource({"refuses", "breaks-off", "times-out", "breaks-in-body"})
  void transportFailuresOfCanaryAreErrors(String how) throws Exception {
    JsonObject config = limits("error-limit-canary", 1);
    config.put(
        "proxy-client",
        new JsonObject().put("to-main-and-canary", new JsonObject().put("timeout", "1s")));
    switch (how) {
      case "refuses" -> config.put("canary-target", "http://127.0.0.1:1");
      case "breaks-off" -> upstreams.canary.raw(request -> request.connection().close());
      case "times-out" -> upstreams.canary.raw(request -> {});
      default ->
          upstreams.canary.raw(
              request -> {
                request.response().putHeader("content-length", "100000").write("x");
                request.response().write("y").onComplete(v -> request.connection().close());
              });
    }
    try (GatewayFixture gateway = GatewayFixture.start(config)) {
      try (RawSocket client = new RawSocket(gateway.port())) {
        client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").readAll();
      }
      assertThat(gateway.metric("gateway_breaker_errors")).isEqualTo(1);
      assertThat(gateway.get("/").body()).isEqualTo("main");
    }
  }

  @Test
  void aClientThatGoesAwayGivesItsReservationBack() throws Exception {
    upstreams.canary.raw(request -> {});
    try (GatewayFixture gateway = GatewayFixture.start(limits("error-limit-canary", 1))) {
      try (RawSocket client = new RawSocket(gateway.port())) {
        client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        await().until(() -> gateway.metric("gateway_breaker_reservations") == 1);
        client.abort();
      }
      await().until(() -> gateway.metric("gateway_breaker_reservations") == 0);
      assertThat(gateway.metric("gateway_breaker_errors")).isZero();
      upstreams.canary.answerWith(200);
      assertThat(gateway.get("/").body()).isEqualTo("canary");
    }
  }

  private static List<HttpResponse<String>> posts(GatewayFixture gateway, int count) {
    List<CompletableFuture<HttpResponse<String>>> all =
        IntStream.range(0, count).mapToObj(i -> post(gateway)).toList();
    return all.stream().map(CompletableFuture::join).toList();
  }

  private static CompletableFuture<HttpResponse<String>> post(GatewayFixture gateway) {
    HttpRequest request =
        HttpRequest.newBuilder(gateway.uri("/"))
            .POST(HttpRequest.BodyPublishers.ofString("foo bar"))
            .build();
    return gateway.client().sendAsync(request, HttpResponse.BodyHandlers.ofString());
  }
}
