package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.FreePorts;
import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.Upstreams;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where requests go: each row of canary-router's rules, on real sockets. */
class RoutingTest {

  private Upstreams upstreams;
  private GatewayFixture gateway;

  @BeforeEach
  void start() throws Exception {
    upstreams = new Upstreams();
  }

  @AfterEach
  void stop() throws Exception {
    if (gateway != null) {
      gateway.close();
    }
    upstreams.close();
  }

  private void startWith(JsonObject config) throws Exception {
    gateway = GatewayFixture.start(config);
  }

  @Test
  void xCanaryTrueGoesToCanaryUnasked() throws Exception {
    startWith(upstreams.config());
    assertThat(gateway.get("/", "X-Canary", "true").body()).isEqualTo("canary");
    assertThat(upstreams.sidecar.seen).isEmpty();
    assertThat(gateway.routed("canary", "Routed via X-Canary header value: true")).isEqualTo(1);
  }

  @Test
  void xCanaryFalseGoesToMainUnasked() throws Exception {
    startWith(upstreams.config());
    assertThat(gateway.get("/", "X-Canary", "false").body()).isEqualTo("main");
    assertThat(upstreams.sidecar.seen).isEmpty();
    assertThat(gateway.routed("main", "Routed via X-Canary header value: false")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sidecar", "rollout", "canary", "main"})
  void theKillSwitchSendsEverythingToMain(String strategy) throws Exception {
    startWith(
        upstreams
            .config()
            .put("strategy", strategy)
            .put("rollout", new JsonObject().put("canary", 1))
            .put("canary-enabled", false));
    assertThat(gateway.get("/").body()).isEqualTo("main");
    assertThat(gateway.get("/", "X-Canary", "true").body()).isEqualTo("main");
    assertThat(gateway.post("/", "body").body()).isEqualTo("main");
    assertThat(upstreams.sidecar.seen).isEmpty();
    assertThat(gateway.routed("main", "Canary disabled")).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"True", "TRUE", "1", "yes", "truefalse", "0"})
  void anyOtherXCanaryIsIgnored(String value) throws Exception {
    startWith(upstreams.config());
    assertThat(gateway.get("/", "X-Canary", value).body()).isEqualTo("canary");
    assertThat(upstreams.sidecar.seen).hasSize(1);
  }

  @Test
  void theSidecarsTwoStatusesDecide() throws Exception {
    startWith(upstreams.config());
    assertThat(gateway.get("/").body()).isEqualTo("canary");
    upstreams.sidecar.answerWith(204);
    assertThat(gateway.get("/").body()).isEqualTo("main");
    assertThat(gateway.routed("canary", "Sidecar returns status code 200")).isEqualTo(1);
    assertThat(gateway.routed("main", "Sidecar returns status code 204")).isEqualTo(1);
  }

  @Test
  void theConfiguredStatusesAreHonoured() throws Exception {
    startWith(upstreams.config().put("canary-sidecar-status", 418).put("main-sidecar-status", 409));
    upstreams.sidecar.answerWith(418);
    assertThat(gateway.get("/").body()).isEqualTo("canary");
    upstreams.sidecar.answerWith(200);
    assertThat(gateway.get("/").body()).isEqualTo("main");
    upstreams.sidecar.answerWith(409);
    assertThat(gateway.get("/").body()).isEqualTo("main");
    assertThat(gateway.routed("main", "Sidecar returns non standard status code 200")).isEqualTo(1);
    assertThat(gateway.routed("main", "Sidecar returns status code 409")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {201, 302, 404, 500, 503})
  void anyOtherStatusMeansMain(int status) throws Exception {
    startWith(upstreams.config());
    upstreams.sidecar.answerWith(status);
    assertThat(gateway.get("/").body()).isEqualTo("main");
    assertThat(gateway.routed("main", "Sidecar returns non standard status code " + status))
        .isEqualTo(1);
  }

  @Test
  void aSidecarThatIsNotThereMeansMain() throws Exception {
    startWith(upstreams.config().put("sidecar-url", "http://127.0.0.1:" + FreePorts.next()));
    assertThat(gateway.get("/").body()).isEqualTo("main");
    assertThat(gateway.routed("main", "Sidecar error: connect")).isEqualTo(1);
  }

  @Test
  void aSidecarThatIsTooSlowMeansMain() throws Exception {
    upstreams.sidecar.raw(request -> {});
    startWith(
        upstreams
            .config()
            .put(
                "proxy-client",
                new JsonObject().put("to-sidecar", new JsonObject().put("timeout", "1s"))));
    assertThat(gateway.get("/").body()).isEqualTo("main");
    assertThat(gateway.routed("main", "Sidecar error: timeout")).isEqualTo(1);
  }

  @Test
  void aSidecarThatBreaksOffMeansMain() throws Exception {
    upstreams.sidecar.raw(request -> request.connection().close());
    startWith(upstreams.config());
    assertThat(gateway.post("/", "x").body()).isEqualTo("main");
    assertThat(gateway.routed("main", "Sidecar error: reset")).isEqualTo(1);
  }

  @Test
  void theWholeRequestReachesTheSidecarAndTheTarget() throws Exception {
    startWith(upstreams.config().put("sidecar-url", upstreams.sidecar.url() + "/decide"));
    gateway.post("/a/b?x=1&y=%20", "hello", "X-Custom", "one", "X-Custom", "two");
    Upstreams.Seen asked = upstreams.sidecar.seen.get(0);
    assertThat(asked.method()).isEqualTo("POST");
    assertThat(asked.uri()).isEqualTo("/decide/a/b?x=1&y=%20");
    assertThat(asked.body()).isEqualTo("hello");
    assertThat(asked.headers().getAll("X-Custom")).containsExactly("one", "two");
    assertThat(asked.headers().get("Host")).isEqualTo("127.0.0.1:" + upstreams.sidecar.port());
    Upstreams.Seen sent = upstreams.canary.seen.get(0);
    assertThat(sent.method()).isEqualTo("POST");
    assertThat(sent.uri()).isEqualTo("/a/b?x=1&y=%20");
    assertThat(sent.body()).isEqualTo("hello");
    assertThat(sent.headers().getAll("X-Custom")).containsExactly("one", "two");
    assertThat(sent.headers().get("Host")).isEqualTo("127.0.0.1:" + upstreams.canary.port());
    assertThat(sent.headers().get("X-Forwarded-For")).isEqualTo("127.0.0.1");
  }

  @Test
  void theSidecarMaySeeTheHeadAlone() throws Exception {
    startWith(upstreams.config().put("sidecar-body", "none"));
    assertThat(gateway.post("/", "hello").body()).isEqualTo("canary");
    assertThat(upstreams.sidecar.seen.get(0).body()).isEmpty();
    assertThat(upstreams.canary.seen.get(0).body()).isEqualTo("hello");
  }

  @Test
  void aBodyTooLargeForTheSidecarGoesToMainUnasked() throws Exception {
    startWith(upstreams.config().put("sidecar-max-body", 10));
    assertThat(gateway.post("/", "0123456789").body()).isEqualTo("canary");
    assertThat(gateway.post("/", "0123456789a").body()).isEqualTo("main");
    assertThat(upstreams.sidecar.seen).hasSize(1);
    assertThat(upstreams.main.seen.get(0).body()).isEqualTo("0123456789a");
    assertThat(gateway.routed("main", "Request body too large for sidecar")).isEqualTo(1);
  }

  @Test
  void aChunkedBodyThatTurnsOutTooLargeIsSentWhole() throws Exception {
    startWith(upstreams.config().put("sidecar-max-body", 10));
    try (RawSocket client = new RawSocket(gateway.port())) {
      client
          .send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nabcdef\r\n")
          .send("6\r\nghijkl\r\n")
          .send("3\r\nmno\r\n0\r\n\r\n");
      client.readUntil("main");
    }
    assertThat(upstreams.main.seen.get(0).body()).isEqualTo("abcdefghijklmno");
    assertThat(upstreams.sidecar.seen).isEmpty();
  }

  @Test
  void thePrefixIsTrimmedForAllThree() throws Exception {
    startWith(upstreams.config().put("trim-prefix", "/prefix"));
    gateway.get("/prefix/a?q=1");
    gateway.get("/other/prefix/a");
    gateway.get("/prefix");
    gateway.get("/prefix/m", "X-Canary", "false");
    assertThat(upstreams.sidecar.seen)
        .extracting(Upstreams.Seen::uri)
        .containsExactly("/a?q=1", "/other/prefix/a", "/");
    assertThat(upstreams.canary.seen)
        .extracting(Upstreams.Seen::uri)
        .containsExactly("/a?q=1", "/other/prefix/a", "/");
    assertThat(upstreams.main.seen).extracting(Upstreams.Seen::uri).containsExactly("/m");
  }

  @Test
  void theSidecarGetsTheRewrittenPathAndTheClientsHeaders() throws Exception {
    startWith(
        upstreams
            .config()
            .put("rewrite-prefix", "/new")
            .put("trim-prefix", "/new/v1")
            .put("request-headers", new JsonObject("{\"set\": {\"X-Env\": \"prod\"}}")));
    gateway.get("/a/./b?q=1", "X-Env", "dev");
    gateway.get("/v1/c", "X-Env", "dev");
    assertThat(upstreams.sidecar.seen)
        .extracting(Upstreams.Seen::uri)
        .containsExactly("/new/a/b?q=1", "/c");
    assertThat(upstreams.canary.seen)
        .extracting(Upstreams.Seen::uri)
        .containsExactly("/new/a/b?q=1", "/c");
    assertThat(upstreams.sidecar.seen.get(0).headers().getAll("X-Env")).containsExactly("dev");
    assertThat(upstreams.canary.seen.get(0).headers().getAll("X-Env")).containsExactly("prod");
  }

  @Test
  void theStrategyCanBeSet() throws Exception {
    startWith(upstreams.config().put("strategy", "canary"));
    assertThat(gateway.get("/").body()).isEqualTo("canary");
    assertThat(upstreams.sidecar.seen).isEmpty();
    assertThat(gateway.routed("canary", "Strategy canary")).isEqualTo(1);
  }

  @Test
  void healthIsAnsweredByTheRouter() throws Exception {
    startWith(upstreams.config());
    HttpResponse<String> response = gateway.get("/application/health");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("OK");
    assertThat(upstreams.sidecar.seen).isEmpty();
    assertThat(upstreams.main.seen).isEmpty();
  }

  @Test
  void metricsHaveCanaryRoutersNamesLabelsAndBounds() throws Exception {
    startWith(upstreams.config());
    gateway.get("/");
    String metrics = gateway.metrics();
    assertThat(metrics)
        .contains("# TYPE canary_router_request_count counter\n")
        .contains("# TYPE canary_router_request_latency histogram\n")
        .contains(
            "canary_router_request_count{reason=\"Sidecar returns status code 200\",target=\"canary\",version=\"test\"} 1\n");
    for (String bound : "25 50 75 100 200 400 600 800 1000 2000 4000 6000 +Inf".split(" ")) {
      assertThat(metrics)
          .contains(
              "canary_router_request_latency_bucket{target=\"canary\",version=\"test\",le=\""
                  + bound
                  + "\"} ");
    }
    assertThat(metrics.lines().filter(line -> line.contains("latency_bucket{target=\"canary\"")))
        .hasSize(13);
    assertThat(metrics).contains("vertx_eventbus_").contains("gateway_config_revision 1");
  }

  @Test
  void instrumentationTellsHealth() throws Exception {
    startWith(upstreams.config());
    assertThat(gateway.instrumentation("/health/live").statusCode()).isEqualTo(200);
    HttpResponse<String> ready = gateway.instrumentation("/health/ready");
    assertThat(ready.statusCode()).isEqualTo(200);
    assertThat(new JsonObject(ready.body()).getString("status")).isEqualTo("UP");
    CompletableFuture<Runnable> held = new CompletableFuture<>();
    upstreams.main.raw(request -> held.complete(() -> request.response().end("main")));
    try (RawSocket client = new RawSocket(gateway.port())) {
      // A request that is under way keeps the port of health open.
      client.send("GET / HTTP/1.1\r\nHost: x\r\nX-Canary: false\r\n\r\n");
      Runnable answer = held.get(30, TimeUnit.SECONDS);
      gateway.gateway().drain();
      // Told over the event bus, and long before the port itself is closed.
      await()
          .pollInterval(Duration.ofMillis(5))
          .until(() -> gateway.instrumentation("/health/ready").statusCode() == 503);
      answer.run();
    }
  }
}
