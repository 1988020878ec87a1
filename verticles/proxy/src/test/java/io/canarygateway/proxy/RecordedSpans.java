package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.ScriptedGateway;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.UnaryOperator;

/** The spans that a proxy in this JVM has recorded. */
final class RecordedSpans {

  static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  static final String SPAN = "00f067aa0ba902b7";
  static final String SAMPLED = "traceparent: 00-" + TRACE + "-" + SPAN + "-01";
  static final String UNSAMPLED = "traceparent: 00-" + TRACE + "-" + SPAN + "-00";

  private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
  private final SdkTracerProvider provider =
      SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(exporter)).build();

  Tracer tracer() {
    return provider.get("test");
  }

  /** A gateway that records its spans here. */
  ScriptedGateway gateway(UnaryOperator<JsonObject> settings) {
    return ScriptedGateway.with(config -> ProxyFixture.traced(config, tracer()), settings);
  }

  List<SpanData> all() {
    return exporter.getFinishedSpanItems();
  }

  void reset() {
    exporter.reset();
  }

  /** The only span with a name, once it has ended. */
  SpanData named(String name) {
    await().until(() -> all().stream().anyMatch(span -> span.getName().equals(name)));
    List<SpanData> found = all().stream().filter(span -> span.getName().equals(name)).toList();
    assertThat(found).as("spans named %s", name).hasSize(1);
    return found.get(0);
  }
}
