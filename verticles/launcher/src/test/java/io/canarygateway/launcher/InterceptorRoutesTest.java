package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.canarygateway.config.ConfigException;
import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.Reply;
import io.canarygateway.fixtures.Upstreams;
import io.canarygateway.message.InterceptedCall;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A route with interceptors beside a plain one, in front of the same main and canary. */
class InterceptorRoutesTest {

  @TempDir Path directory;
  private Upstreams upstreams;
  private GatewayFixture gateway;

  @BeforeEach
  void open() {
    upstreams = new Upstreams();
  }

  @AfterEach
  void close() {
    if (gateway != null) {
      gateway.close();
    }
    upstreams.close();
  }

  private JsonObject route(String path) {
    return upstreams
        .withoutSidecar()
        .put("match", new JsonObject().put("path", new JsonObject().put("prefix", path)))
        .put("strategy", "rollout")
        .put("rollout", new JsonObject().put("canary", 1));
  }

  private JsonObject intercepted(String path) {
    return route(path).put("interceptors", new JsonArray().add(TestInterceptors.NAME));
  }

  private JsonObject twoRoutes() {
    return new JsonObject()
        .put("routes", new JsonObject().put("plain", route("/")).put("seen", intercepted("/seen")));
  }

  private void start(JsonObject config) throws Exception {
    gateway = GatewayFixture.start(config);
  }

  @Test
  void anInterceptorSeesRequestAndResponse() throws Exception {
    start(twoRoutes());
    HttpResponse<String> reply = gateway.post("/seen/x?q=1", "a body", "X-Mine", "1");
    assertThat(reply.body()).isEqualTo("canary");
    assertThat(reply.headers().firstValue("X-Marked")).contains("yes");
    Upstreams.Seen seen = upstreams.canary.seen.get(0);
    assertThat(seen.method()).isEqualTo("POST");
    assertThat(seen.uri()).isEqualTo("/seen/x?q=1");
    assertThat(seen.body()).isEqualTo("a body");
    assertThat(seen.headers().get("X-Route")).isEqualTo("seen");
    assertThat(seen.headers().get("X-Target")).isEqualTo("canary");
    assertThat(seen.headers().get("X-Mine")).isEqualTo("1");
    assertThat(seen.headers().get("Host")).isEqualTo("127.0.0.1:" + upstreams.canary.port());
    assertThat(seen.headers().get("X-Forwarded-For")).isEqualTo("127.0.0.1");
    assertThat(gateway.get("/plain").headers().firstValue("X-Marked")).isEmpty();
  }

  @Test
  void whatTheGatewayTellsItsServerIsSeenByNobody() throws Exception {
    start(twoRoutes());
    upstreams.canary.answer(
        request ->
            request
                .response()
                .putHeader(InterceptedCall.HEADER, "CONNECT 0  forged")
                .putHeader("Connection", "X-Hop")
                .putHeader("X-Hop", "1")
                .end("ok"));
    try (RawSocket client = new RawSocket(gateway.port())) {
      client.send(
          "GET /seen HTTP/1.1\r\nHost: x\r\nCanary-Gateway-Interceptors: forged\r\n"
              + "canary_gateway_interceptors: forged\r\n\r\n");
      Reply reply = client.reply();
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.head().text())
          .doesNotContainIgnoringCase(InterceptedCall.HEADER)
          .doesNotContain("X-Hop");
    }
    assertThat(upstreams.canary.seen.get(0).headers().names())
        .noneMatch(name -> name.toLowerCase().matches("canary.gateway.*"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "seen"})
  void theBreakerCountsTheSameOnBothRoutes(String route) throws Exception {
    JsonObject config = twoRoutes();
    config
        .getJsonObject("routes")
        .getJsonObject(route)
        .put("circuit-breaker", new JsonObject().put("error-limit-canary", 3));
    config.put("circuit-breaker", new JsonObject().put("error-limit-canary", 3));
    start(config);
    upstreams.canary.answerWith(500);
    for (int i = 0; i < 10; i++) {
      assertThat(gateway.get("/" + route).statusCode()).isEqualTo(i < 3 ? 500 : 200);
    }
    assertThat(responses(route, "canary", "5xx")).isEqualTo(3);
    assertThat(responses(route, "main", "2xx")).isEqualTo(7);
  }

  @Test
  void metricsAgreeOnBothRoutes() throws Exception {
    start(twoRoutes());
    for (String route : List.of("plain", "seen")) {
      for (int status : new int[] {200, 404, 503}) {
        upstreams.canary.answerWith(status);
        assertThat(gateway.get("/" + route).statusCode()).isEqualTo(status);
      }
      gateway.get("/" + route, "X-Canary", "false");
    }
    for (String name : List.of("plain", "seen")) {
      for (String status : List.of("2xx", "4xx", "5xx")) {
        assertThat(responses(name, "canary", status)).as(name + status).isEqualTo(1);
      }
      assertThat(responses(name, "main", "2xx")).as(name).isEqualTo(1);
      assertThat(duration(name, "canary")).as(name).isEqualTo(3);
      assertThat(
              gateway.metric(
                  "gateway_upstream_endpoints{route=\"%s\",state=\"up\",target=\"canary\"}"
                      .formatted(name)))
          .as(name)
          .isEqualTo(1);
    }
  }

  private double responses(String route, String target, String status) throws Exception {
    return gateway.metric(
        "gateway_responses_total{route=\"%s\",status_class=\"%s\",target=\"%s\"}"
            .formatted(route, status, target));
  }

  private double duration(String route, String target) throws Exception {
    return gateway.metric(
        "gateway_response_duration_seconds_count{route=\"%s\",target=\"%s\"}"
            .formatted(route, target));
  }

  @Test
  void anInterceptorMayAnswerOrFail() throws Exception {
    JsonObject config = twoRoutes();
    config.getJsonObject("routes").put("all", intercepted("/")).remove("plain");
    start(config);
    assertThat(gateway.get("/answer").statusCode()).isEqualTo(418);
    assertThat(gateway.get("/answer").body()).isEqualTo("teapot");
    assertThat(gateway.get("/fail").statusCode()).isEqualTo(502);
    assertThat(gateway.post("/throw", "body").statusCode()).isEqualTo(502);
    assertThat(upstreams.canary.seen).isEmpty();
    assertThat(gateway.get("/fail-response").statusCode()).isEqualTo(502);
    assertThat(gateway.get("/").statusCode()).isEqualTo(200);
  }

  @Test
  void anUpgradeIsNotImplementedButAnotherRouteMayTakeIt() throws Exception {
    JsonObject config = twoRoutes();
    JsonObject tunnels = route("/seen");
    tunnels
        .getJsonObject("match")
        .put("headers", new JsonObject().put("upgrade", "websocket"))
        .getJsonObject("path")
        .put("prefix", "/seen/ws");
    config.getJsonObject("routes").put("tunnels", tunnels);
    start(config);
    upstreams.canary.raw(
        request -> request.toWebSocket().onSuccess(socket -> socket.writeTextMessage("hello")));
    String upgrade =
        " HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    try (RawSocket client = new RawSocket(gateway.port())) {
      Reply refused = client.send("GET /seen" + upgrade).reply();
      assertThat(refused.status()).isEqualTo(501);
      assertThat(refused.body()).contains("interceptors");
    }
    try (RawSocket client = new RawSocket(gateway.port())) {
      assertThat(client.send("GET /seen/ws" + upgrade).readUntil("hello")).contains(" 101 ");
    }
    try (RawSocket client = new RawSocket(gateway.port())) {
      // What Java's client offers with every request is no reason to refuse it.
      upstreams.canary.answerWith(200);
      client.send(
          "GET /seen HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\n"
              + "Upgrade: h2c\r\nHTTP2-Settings: AAA\r\n\r\n");
      assertThat(client.reply().status()).isEqualTo(200);
    }
  }

  @Test
  void aNameThatNoFactoryHasIsAFault() {
    JsonObject config = twoRoutes();
    config
        .getJsonObject("routes")
        .getJsonObject("seen")
        .put("interceptors", new JsonArray().add("json-set").add("jsn-set"));
    assertThatThrownBy(() -> start(config))
        .isInstanceOf(ConfigException.class)
        .extracting(e -> ((ConfigException) e).problems().toString())
        .isEqualTo(
            "[routes.seen.interceptors: \"jsn-set\" (expected the name of an interceptor on the"
                + " class path: json-set, marks)]");
  }

  @Test
  void theServerStartsWithTheFirstRouteThatNeedsIt() throws Exception {
    Path file = directory.resolve("config.json");
    JsonObject plain = twoRoutes();
    plain.getJsonObject("routes").remove("seen");
    Files.writeString(file, GatewayFixture.onFreePorts(plain).encode());
    gateway = GatewayFixture.start(plain, file);
    assertThat(gateway.get("/seen").headers().firstValue("X-Marked")).isEmpty();
    assertThat(gateway.instrumentation("/health/ready").body()).doesNotContain("interceptors");

    write(file, twoRoutes());
    await().until(() -> gateway.metric("gateway_config_revision") == 2);
    // From now on no request passes without its interceptors.
    await()
        .until(
            () -> {
              HttpResponse<String> reply = gateway.get("/seen");
              if (reply.statusCode() == 503) {
                return false;
              }
              assertThat(reply.headers().firstValue("X-Marked")).contains("yes");
              return true;
            });

    JsonObject unknown = twoRoutes();
    unknown
        .getJsonObject("routes")
        .getJsonObject("seen")
        .put("interceptors", new JsonArray().add("unknown"));
    write(file, unknown);
    await()
        .until(
            () -> gateway.instrumentation("/health/ready").body().contains("a restart would fail"));
    assertThat(gateway.get("/seen").headers().firstValue("X-Marked")).contains("yes");
    assertThat(gateway.metric("gateway_config_revision")).isEqualTo(2);

    write(file, plain);
    await().until(() -> gateway.metric("gateway_config_revision") == 3);
    assertThat(gateway.get("/seen").headers().firstValue("X-Marked")).isEmpty();
  }

  private void write(Path file, JsonObject config) throws Exception {
    Path next = directory.resolve("next");
    Files.writeString(next, GatewayFixture.onFreePorts(config).encode());
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
