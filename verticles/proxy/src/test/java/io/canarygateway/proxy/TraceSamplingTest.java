package io.canarygateway.proxy;

import static io.canarygateway.proxy.RecordedSpans.SAMPLED;
import static io.canarygateway.proxy.RecordedSpans.TRACE;
import static io.canarygateway.proxy.RecordedSpans.UNSAMPLED;
import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.fixtures.ReceivedRequest;
import io.canarygateway.fixtures.ScriptedGateway;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which requests are recorded. */
class TraceSamplingTest {

  private final RecordedSpans spans = new RecordedSpans();
  private ScriptedGateway gateway;

  @AfterEach
  void stop() throws Exception {
    gateway.close();
  }

  private void start(double sample, JsonObject more) throws Exception {
    gateway =
        spans
            .gateway(
                targets ->
                    targets
                        .put("tracing", new JsonObject().put("sample", sample))
                        .mergeIn(more, true))
            .start();
  }

  private long recorded() {
    gateway.awaitQuiet();
    return spans.all().stream().filter(span -> span.getName().equals("GET default")).count();
  }

  @ParameterizedTest
  @CsvSource({"0, 0, 0", "0.5, 55, 145", "1, 200, 200"})
  void theFractionCountsForNewTraces(double sample, long least, long most) throws Exception {
    start(sample, new JsonObject());
    for (int i = 0; i < 200; i++) {
      gateway.get("/x");
    }
    long recorded = recorded();
    assertThat(recorded).isBetween(least, most);
    assertThat(
            gateway.upstream().received().stream()
                .map(each -> Traceparent.parse(each.header("traceparent")))
                .filter(Traceparent::sampled))
        .hasSize((int) recorded);
  }

  @Test
  void aChangedFractionCountsFromTheNextRequestOn() throws Exception {
    start(0, new JsonObject());
    try (ProxyFixture proxy = ProxyFixture.traced(config(0), spans.tracer())) {
      proxy.get("/x");
      proxy.use(config(1));
      proxy.get("/x");
      SpanData span = spans.named("GET default");
      assertThat(span.getAttributes().get(AttributeKey.longKey("gateway.revision"))).isEqualTo(2);
    }
  }

  private JsonObject config(double sample) {
    return new JsonObject()
        .put("main-target", gateway.upstream().url())
        .put("canary-target", gateway.upstream().url())
        .put("tracing", new JsonObject().put("sample", sample));
  }

  @ParameterizedTest
  @CsvSource({"0", "1"})
  void aTraceThatIsSampledElsewhereIsSampledHere(double sample) throws Exception {
    start(sample, new JsonObject());
    gateway.get("/x", SAMPLED);
    gateway.get("/x", UNSAMPLED);
    assertThat(recorded()).isEqualTo(1);
    assertThat(spans.all()).extracting(SpanData::getTraceId).containsOnly(TRACE);
  }

  @Test
  void onlyTrustedProxiesContinueATraceIfThereAreAny() throws Exception {
    start(0, new JsonObject().put("trusted-proxies", new JsonArray().add("10.0.0.0/8")));
    gateway.get("/x", SAMPLED, "tracestate: foo=1");
    assertThat(recorded()).isZero();
    ReceivedRequest received = gateway.upstream().only();
    assertThat(received.header("traceparent")).doesNotContain(TRACE);
    assertThat(received.headers("tracestate")).isEmpty();
  }

  @Test
  void aTrustedProxyContinuesATrace() throws Exception {
    start(0, new JsonObject().put("trusted-proxies", new JsonArray().add("127.0.0.0/8")));
    gateway.get("/x", SAMPLED, "tracestate: foo=1");
    assertThat(recorded()).isEqualTo(1);
    assertThat(gateway.upstream().only().header("traceparent")).contains(TRACE);
  }
}
