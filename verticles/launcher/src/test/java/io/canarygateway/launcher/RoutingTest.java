package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
  @CsvSource({
    "all, , canary, yes",
    "all, 127.0.0.0/8, canary, yes",
    "all, 10.0.0.0/8, main, no",
    "trusted, , main, yes",
    "trusted, 127.0.0.0/8, canary, yes",
    "trusted, 10.0.0.0/8, main, no",
    "off, , main, yes",
    "off, 127.0.0.0/8, main, yes"
  })
  void xCanaryIsHonouredFromWhomItIsSet(
      String xCanary, String trusted, String target, String passedOn) throws Exception {
    JsonObject config = upstreams.withoutSidecar().put("x-canary", xCanary);
    if (trusted != null) {
      config.put("trusted-proxies", new JsonArray().add(trusted));
    }
    startWith(config);
    assertThat(gateway.get("/", "X-Canary", "true").body()).isEqualTo(target);
    Upstreams.Seen seen = (target.equals("main") ? upstreams.main : upstreams.canary).seen.get(0);
    assertThat(seen.headers().contains("X-Canary")).isEqualTo(passedOn.equals("yes"));
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
  void withoutSidecarAllGoesToMainForAnEmptyReason() throws Exception {
    startWith(upstreams.withoutSidecar());
    assertThat(gateway.get("/").body()).isEqualTo("main");
    assertThat(gateway.routed("main", "")).isEqualTo(1);
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
                new JsonObject().put("to-sidecar", new JsonObject().put("timeout", "100ms"))));
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
  void aTargetsBasePathAndQueryAreJoined() throws Exception {
    startWith(upstreams.withoutSidecar().put("main-target", upstreams.main.url() + "/base/?k=v"));
    gateway.get("/a?x=1");
    assertThat(upstreams.main.seen.get(0).uri()).isEqualTo("/base/a?k=v&x=1");
  }

  @Test
  void theHostHeaderCanBeSet() throws Exception {
    startWith(
        upstreams
            .withoutSidecar()
            .put("main-header-host", "main.example.com")
            .put("canary-header-host", "canary.example.com:8080"));
    gateway.get("/");
    gateway.get("/", "X-Canary", "true");
    assertThat(upstreams.main.seen.get(0).headers().getAll("Host"))
        .containsExactly("main.example.com");
    assertThat(upstreams.canary.seen.get(0).headers().getAll("Host"))
        .containsExactly("canary.example.com:8080");
  }

  @Test
  void theStrategyCanBeSet() throws Exception {
    startWith(upstreams.config().put("strategy", "canary"));
    assertThat(gateway.get("/").body()).isEqualTo("canary");
    assertThat(upstreams.sidecar.seen).isEmpty();
    assertThat(gateway.routed("canary", "Strategy canary")).isEqualTo(1);
  }

  @Test
  void onlyTrustedProxiesMaySetXCanaryAndForwardingHeaders() throws Exception {
    startWith(
        upstreams
            .withoutSidecar()
            .put("trusted-proxies", new io.vertx.core.json.JsonArray().add("10.0.0.0/8")));
    HttpResponse<String> response =
        gateway.get(
            "/", "X-Canary", "true", "X-Forwarded-For", "1.2.3.4", "X-Forwarded-Proto", "https");
    assertThat(response.body()).isEqualTo("main");
    Upstreams.Seen seen = upstreams.main.seen.get(0);
    assertThat(seen.headers().get("X-Forwarded-For")).isEqualTo("127.0.0.1");
    assertThat(seen.headers().get("X-Forwarded-Proto")).isEqualTo("http");
    assertThat(seen.headers().get("X-Canary")).isNull();
  }

  @Test
  void withoutTrustedProxiesEverybodyIsBelieved() throws Exception {
    startWith(upstreams.withoutSidecar());
    gateway.get("/", "X-Forwarded-For", "1.2.3.4", "X-Forwarded-Proto", "https");
    Upstreams.Seen seen = upstreams.main.seen.get(0);
    assertThat(seen.headers().get("X-Forwarded-For")).isEqualTo("1.2.3.4, 127.0.0.1");
    assertThat(seen.headers().get("X-Forwarded-Proto")).isEqualTo("https");
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
    gateway.gateway().drain();
    // Told over the event bus, and long before the port itself is closed.
    await()
        .pollInterval(Duration.ofMillis(5))
        .until(() -> gateway.instrumentation("/health/ready").statusCode() == 503);
  }
}
