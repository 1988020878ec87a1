package io.canarygateway.proxy;

import static io.canarygateway.fixtures.ScriptedGateway.request;
import static io.canarygateway.proxy.RecordedSpans.SAMPLED;
import static io.canarygateway.proxy.RecordedSpans.SPAN;
import static io.canarygateway.proxy.RecordedSpans.TRACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.ScriptedGateway;
import io.canarygateway.fixtures.ScriptedUpstream;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The spans of one request. */
class TracedRequestTest {

  private static final String OOPS = "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n";

  private final RecordedSpans spans = new RecordedSpans();
  private ScriptedGateway gateway;

  @AfterEach
  void stop() throws Exception {
    gateway.close();
  }

  private void start(JsonObject settings) throws Exception {
    gateway = spans.gateway(targets -> targets.mergeIn(settings, true)).start();
  }

  private void start() throws Exception {
    start(new JsonObject());
  }

  private static Map<String, String> attributes(SpanData span) {
    Map<String, String> texts = new TreeMap<>();
    span.getAttributes().forEach((key, value) -> texts.put(key.getKey(), value.toString()));
    return texts;
  }

  private static String attribute(SpanData span, String key) {
    return span.getAttributes().get(AttributeKey.stringKey(key));
  }

  @Test
  void sayWhatTheRequestWasAndWhereItWent() throws Exception {
    start();
    gateway.get("/cart?token=secret", SAMPLED, "X-Request-Id: a-1");
    SpanData server = spans.named("GET default");
    assertThat(server.getKind()).isEqualTo(SpanKind.SERVER);
    assertThat(server.getTraceId()).isEqualTo(TRACE);
    assertThat(server.getParentSpanId()).isEqualTo(SPAN);
    assertThat(server.getParentSpanContext().isRemote()).isTrue();
    assertThat(server.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(attributes(server))
        .isEqualTo(
            new TreeMap<>(
                Map.ofEntries(
                    Map.entry("http.request.method", "GET"),
                    Map.entry("http.response.status_code", "200"),
                    Map.entry("url.path", "/cart"),
                    Map.entry("url.scheme", "http"),
                    Map.entry("server.address", "client.test"),
                    Map.entry("client.address", "127.0.0.1"),
                    Map.entry("network.protocol.version", "1.1"),
                    Map.entry("gateway.request_id", "a-1"),
                    Map.entry("gateway.route", "default"),
                    Map.entry("gateway.target", "main"),
                    Map.entry("gateway.reason", attribute(server, "gateway.reason")),
                    Map.entry("gateway.revision", "1"))));

    SpanData call = spans.named("GET default main");
    String port = Integer.toString(gateway.upstream().port());
    assertThat(call.getKind()).isEqualTo(SpanKind.CLIENT);
    assertThat(call.getTraceId()).isEqualTo(TRACE);
    assertThat(call.getParentSpanId()).isEqualTo(server.getSpanId());
    assertThat(attributes(call))
        .isEqualTo(
            new TreeMap<>(
                Map.of(
                    "http.request.method", "GET",
                    "http.response.status_code", "200",
                    "url.full", gateway.upstream().url() + "/cart",
                    "server.address", "127.0.0.1",
                    "server.port", port,
                    "network.peer.address", "127.0.0.1",
                    "network.peer.port", port,
                    "gateway.target", "main")));
    assertThat(call.getStartEpochNanos()).isGreaterThanOrEqualTo(server.getStartEpochNanos());
    assertThat(call.getEndEpochNanos()).isLessThanOrEqualTo(server.getEndEpochNanos());
  }

  @Test
  void aFallbackIsASecondCall() throws Exception {
    start(
        new JsonObject()
            .put("strategy", "canary")
            .put("canary-fallback", new JsonObject().put("statuses", List.of("5xx"))));
    gateway.upstream().answer(OOPS, ScriptedUpstream.OK);
    gateway.get("/x", SAMPLED);
    SpanData server = spans.named("GET default");
    SpanData canary = spans.named("GET default canary");
    SpanData main = spans.named("GET default main");
    assertThat(canary.getParentSpanId()).isEqualTo(server.getSpanId());
    assertThat(main.getParentSpanId()).isEqualTo(server.getSpanId());
    assertThat(attribute(canary, "error.type")).isEqualTo("500");
    assertThat(canary.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(main.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(attributes(server))
        .containsEntry("gateway.target", "main")
        .containsEntry("gateway.reason", "Strategy canary")
        .containsEntry("gateway.fallback", "status")
        .containsEntry("http.response.status_code", "200");
    assertThat(server.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(gateway.upstream().received())
        .extracting(each -> Traceparent.parse(each.header("traceparent")).spanId())
        .containsExactly(canary.getSpanId(), main.getSpanId());
  }

  @Test
  void aCopyHasASpanOfItsOwn() throws Exception {
    start(new JsonObject().put("mirror", new JsonObject().put("to", "canary")));
    gateway.get("/x", SAMPLED);
    SpanData server = spans.named("GET default");
    SpanData mirror = spans.named("GET default mirror");
    assertThat(mirror.getParentSpanId()).isEqualTo(server.getSpanId());
    await().until(() -> gateway.upstream().received().size() == 2);
    assertThat(gateway.upstream().received())
        .extracting(each -> Traceparent.parse(each.header("traceparent")).spanId())
        .containsExactlyInAnyOrder(mirror.getSpanId(), spans.named("GET default main").getSpanId());
  }

  @Test
  void aFailureHasItsKind() throws Exception {
    start();
    gateway.upstream().script((request, link) -> link.close());
    gateway.ask(request("POST /x HTTP/1.1", SAMPLED, "Content-Length: 0"));
    SpanData call = spans.named("POST default main");
    assertThat(attribute(call, "error.type")).isEqualTo("reset");
    assertThat(call.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    SpanData server = spans.named("POST default");
    assertThat(attribute(server, "error.type")).isEqualTo("502");
    assertThat(server.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
  }

  @Test
  void anAnswerThatIsCutOffIsAnError() throws Exception {
    start();
    gateway
        .upstream()
        .script(
            (request, link) -> {
              link.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab");
              link.close();
            });
    gateway.raw(request("GET /x HTTP/1.1", SAMPLED));
    SpanData server = spans.named("GET default");
    assertThat(attributes(server))
        .containsEntry("http.response.status_code", "200")
        .containsEntry("error.type", "reset");
  }

  @Test
  void aClientThatLeavesIsNoError() throws Exception {
    start();
    gateway.upstream().script((request, link) -> link.awaitClosed());
    try (RawSocket client = gateway.client()) {
      client.send(request("GET /slow HTTP/1.1", SAMPLED));
      await().until(() -> gateway.upstream().received().size() == 1);
    }
    SpanData server = spans.named("GET default");
    assertThat(attributes(server))
        .containsEntry("gateway.client_gone", "true")
        .doesNotContainKeys("http.response.status_code", "error.type");
    assertThat(spans.named("GET default main").hasEnded()).isTrue();
  }

  @Test
  void requestsThatTheGatewayAnswersItselfHaveASpan() throws Exception {
    start();
    gateway.raw(request("TRACE /x HTTP/1.1", SAMPLED));
    gateway.raw(request("OPTIONS * HTTP/1.1", SAMPLED, "Max-Forwards: 0", "Connection: close"));
    gateway.get("/application/health", SAMPLED);
    gateway.raw("GET /a b HTTP/1.1\r\n\r\n");
    assertThat(attributes(spans.named("TRACE")))
        .containsEntry("http.response.status_code", "405")
        .doesNotContainKey("error.type");
    assertThat(attributes(spans.named("OPTIONS"))).containsEntry("url.path", "*");
    assertThat(spans.all()).hasSize(2);
  }

  @Test
  void anUnknownMethodMakesNoNewName() throws Exception {
    start();
    gateway.ask(request("BREW /x HTTP/1.1", SAMPLED));
    assertThat(attributes(spans.named("HTTP default")))
        .containsEntry("http.request.method", "_OTHER")
        .containsEntry("http.request.method_original", "BREW");
  }

  @Test
  void aSecondSendingIsCounted() throws Exception {
    start();
    gateway
        .upstream()
        .script(
            (request, link) -> {
              if (request.connection() == 1 && request.target().equals("/x")) {
                link.close();
              } else {
                link.send(ScriptedUpstream.OK);
              }
            });
    try (RawSocket client = gateway.client()) { // Both requests on one event loop.
      client.send(request("PUT /first HTTP/1.1", "Content-Length: 0")).reply();
      client.send(request("GET /x HTTP/1.1", SAMPLED)).reply();
    }
    SpanData call = spans.named("GET default main");
    assertThat(attributes(call)).containsEntry("http.request.resend_count", "1");
    assertThat(gateway.upstream().received())
        .filteredOn(each -> each.target().equals("/x"))
        .hasSize(2)
        .allSatisfy(each -> assertThat(each.header("traceparent")).contains(call.getSpanId()));
  }
}
