package io.canarygateway.tracing;

import io.canarygateway.config.HttpUrl;
import io.canarygateway.config.OtlpProtocol;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Duration;

/** Puts the parts of OpenTelemetry's SDK together. Stateless. */
final class Exports {

  private static final String PATH = "/v1/traces";

  /** Longer than an export may take, so that the exporter itself says why it has failed. */
  private static final Duration SLACK = Duration.ofSeconds(5);

  private Exports() {}

  static SpanExporter exporter(HttpUrl endpoint, OtlpProtocol protocol, Duration timeout) {
    return switch (protocol) {
      case HTTP ->
          OtlpHttpSpanExporter.builder()
              .setEndpoint(endpoint + PATH)
              .setTimeout(timeout)
              .setConnectTimeout(timeout)
              .build();
      case GRPC ->
          OtlpGrpcSpanExporter.builder()
              .setEndpoint(endpoint.toString())
              .setTimeout(timeout)
              .setConnectTimeout(timeout)
              .build();
    };
  }

  static SdkTracerProvider provider(
      String service,
      String version,
      String instance,
      CountedExporter exporter,
      SpanCounts counts,
      WaitLimits limits) {
    BatchSpanProcessor batches =
        BatchSpanProcessor.builder(exporter)
            .setMaxQueueSize(limits.mostWaiting())
            .setMaxExportBatchSize(limits.mostInBatch())
            .setScheduleDelay(limits.period())
            .setExporterTimeout(limits.export().plus(SLACK))
            .build();
    return SdkTracerProvider.builder()
        .setResource(
            Resource.getDefault()
                .merge(
                    Resource.create(
                        Attributes.of(
                            AttributeKey.stringKey("service.name"),
                            service,
                            AttributeKey.stringKey("service.version"),
                            version,
                            AttributeKey.stringKey("service.instance.id"),
                            instance))))
        .setSampler(Sampler.alwaysOn())
        .setSpanLimits(
            SpanLimits.builder().setMaxAttributeValueLength(limits.longestText()).build())
        .addSpanProcessor(new BoundedSpans(batches, counts))
        .build();
  }
}
