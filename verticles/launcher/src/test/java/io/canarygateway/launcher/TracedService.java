package io.canarygateway.launcher;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A service beside the gateway that exports spans of its own, as a service with OpenTelemetry does.
 *
 * @param name the name of the service
 * @param collector the URL of the collector
 */
record TracedService(String name, String collector) {

  /** Exports the first span of a trace; its traceparent. */
  String begin(String trace) throws Exception {
    return export(trace, "", Span.SpanKind.SPAN_KIND_CLIENT);
  }

  /** Exports the span of a request that came with a traceparent. */
  void serve(String traceparent) throws Exception {
    String[] parts = traceparent.split("-");
    export(parts[1], parts[2], Span.SpanKind.SPAN_KIND_SERVER);
  }

  private String export(String trace, String parent, Span.SpanKind kind)
      throws IOException, InterruptedException {
    byte[] id = new byte[8];
    ThreadLocalRandom.current().nextBytes(id);
    long now = System.currentTimeMillis() * 1_000_000;
    Span span =
        Span.newBuilder()
            .setTraceId(bytes(trace))
            .setSpanId(ByteString.copyFrom(id))
            .setParentSpanId(bytes(parent))
            .setName("GET")
            .setKind(kind)
            .setStartTimeUnixNano(now)
            .setEndTimeUnixNano(now)
            .build();
    KeyValue service =
        KeyValue.newBuilder()
            .setKey("service.name")
            .setValue(AnyValue.newBuilder().setStringValue(name))
            .build();
    byte[] body =
        ExportTraceServiceRequest.newBuilder()
            .addResourceSpans(
                ResourceSpans.newBuilder()
                    .setResource(Resource.newBuilder().addAttributes(service))
                    .addScopeSpans(ScopeSpans.newBuilder().addSpans(span)))
            .build()
            .toByteArray();
    HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(collector + "/v1/traces"))
                .header("Content-Type", "application/x-protobuf")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build(),
            HttpResponse.BodyHandlers.discarding());
    return "00-" + trace + "-" + HexFormat.of().formatHex(id) + "-01";
  }

  private static ByteString bytes(String hex) {
    return ByteString.copyFrom(HexFormat.of().parseHex(hex));
  }
}
