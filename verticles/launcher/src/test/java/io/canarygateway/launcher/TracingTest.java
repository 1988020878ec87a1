package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.OtlpCollector;
import io.canarygateway.fixtures.OtlpCollector.Received;
import io.canarygateway.fixtures.Upstreams;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Traces through a whole gateway, from the client to a collector. */
class TracingTest {

  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String CLIENT = "00f067aa0ba902b7";
  private static final String PARENT = "00-" + TRACE + "-" + CLIENT + "-01";

  @TempDir private Path directory;
  private Upstreams upstreams;
  private OtlpCollector collector;
  private GatewayFixture gateway;

  @BeforeEach
  void open() throws Exception {
    upstreams = new Upstreams();
    collector = new OtlpCollector();
  }

  @AfterEach
  void close() {
    gateway.close();
    collector.close();
    upstreams.close();
  }

  private void start(JsonObject config) throws Exception {
    JsonObject tracing = new JsonObject().put("otlp-endpoint", collector.url());
    gateway = GatewayFixture.start(config.put("tracing", tracing));
  }

  /** The value of traceparent by which a call tells its callee about itself. */
  private static String parentOf(Received call) {
    return "00-" + call.trace() + "-" + call.id() + "-01";
  }

  private static String traceparent(Upstreams.Upstream upstream) {
    List<String> lines = upstream.seen.get(0).headers().getAll("traceparent");
    assertThat(lines).hasSize(1);
    return lines.get(0);
  }

  @Test
  void clientGatewaySidecarAndUpstreamAreOneTrace() throws Exception {
    Path log = directory.resolve("access.log");
    start(upstreams.config().put("access-log", "json").put("access-log-file", log.toString()));
    gateway.get("/cart", "traceparent", PARENT, "tracestate", "foo=1");

    Received server = collector.span("GET default");
    assertThat(server.trace()).isEqualTo(TRACE);
    assertThat(server.parent()).isEqualTo(CLIENT);
    assertThat(server.kind()).isEqualTo(SpanKind.SPAN_KIND_SERVER);
    assertThat(server.attribute("gateway.target")).isEqualTo("canary");
    assertThat(server.attribute("gateway.reason")).isEqualTo("Sidecar returns status code 200");
    assertThat(server.resource()).containsEntry("service.name", "canary-gateway");

    Received sidecar = collector.span("GET default sidecar");
    Received canary = collector.span("GET default canary");
    for (Received call : List.of(sidecar, canary)) {
      assertThat(call.trace()).isEqualTo(TRACE);
      assertThat(call.parent()).isEqualTo(server.id());
      assertThat(call.kind()).isEqualTo(SpanKind.SPAN_KIND_CLIENT);
      assertThat(call.attribute("http.response.status_code")).isEqualTo("200");
    }
    assertThat(sidecar.attribute("url.full")).isEqualTo(upstreams.sidecar.url() + "/cart");
    assertThat(traceparent(upstreams.sidecar)).isEqualTo(parentOf(sidecar));
    assertThat(traceparent(upstreams.canary)).isEqualTo(parentOf(canary));
    assertThat(upstreams.sidecar.seen.get(0).headers().get("tracestate")).isEqualTo("foo=1");
    assertThat(upstreams.canary.seen.get(0).headers().get("tracestate")).isEqualTo("foo=1");

    await().until(() -> Files.exists(log) && Files.readString(log).endsWith("\n"));
    JsonObject line = new JsonObject(Files.readAllLines(log).get(0));
    assertThat(line.getString("trace_id")).isEqualTo(TRACE);
    assertThat(line.getString("request_id")).isEqualTo(server.attribute("gateway.request_id"));
    await().until(() -> gateway.metric("gateway_spans_exported_total") == 3);
  }

  @Test
  void aSidecarThatFailsIsAnErrorOfItsCallAlone() throws Exception {
    upstreams.sidecar.raw(request -> request.connection().close());
    start(upstreams.config());
    gateway.get("/cart");
    assertThat(collector.span("GET default sidecar").attribute("error.type")).isEqualTo("reset");
    assertThat(collector.span("GET default main").error()).isFalse();
    assertThat(collector.span("GET default").error()).isFalse();
  }

  @Test
  void theLogHasTheTraceThatTheGatewayBegan() throws Exception {
    Path log = directory.resolve("access.log");
    start(
        upstreams
            .withoutSidecar()
            .put("access-log", "json")
            .put("access-log-file", log.toString()));
    gateway.get("/x");
    await().until(() -> Files.exists(log) && Files.readString(log).endsWith("\n"));
    assertThat(new JsonObject(Files.readAllLines(log).get(0)).getString("trace_id"))
        .isEqualTo(collector.span("GET default").trace());
  }

  @Test
  void interceptorsPassTheTraceOn() throws Exception {
    JsonObject route =
        upstreams
            .withoutSidecar()
            .put("match", new JsonObject().put("path", new JsonObject().put("prefix", "/seen")))
            .put("interceptors", new JsonArray().add(TestInterceptors.NAME));
    start(new JsonObject().put("routes", new JsonObject().put("seen", route)));
    gateway.get("/seen/x", "traceparent", PARENT, "tracestate", "foo=1");
    Received call = collector.span("GET seen main");
    assertThat(traceparent(upstreams.main)).isEqualTo(parentOf(call));
    assertThat(upstreams.main.seen.get(0).headers().get("tracestate")).isEqualTo("foo=1");
    assertThat(call.attribute("http.response.status_code")).isEqualTo("200");
  }

  @Test
  void requestsWithoutARouteHaveASpan() throws Exception {
    JsonObject route =
        upstreams
            .withoutSidecar()
            .put("match", new JsonObject().put("path", new JsonObject().put("exact", "/only")));
    start(new JsonObject().put("routes", new JsonObject().put("only", route)));
    assertThat(gateway.get("/other", "traceparent", PARENT).statusCode()).isEqualTo(404);
    Received server = collector.span("GET");
    assertThat(server.parent()).isEqualTo(CLIENT);
    assertThat(server.attribute("http.response.status_code")).isEqualTo("404");
    assertThat(server.error()).isFalse();
  }

  @Test
  void aCollectorThatHangsDelaysNoRequest() throws Exception {
    collector.hang();
    start(upstreams.withoutSidecar());
    for (int i = 0; i < 50; i++) {
      assertThat(gateway.get("/x").statusCode()).isEqualTo(200);
    }
    await().until(() -> !collector.requests().isEmpty());
    assertThat(gateway.get("/x").statusCode()).isEqualTo(200);
  }
}
