package io.canarygateway.tracing;

import io.canarygateway.config.HttpUrl;
import io.canarygateway.config.TracingConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The export of spans. What is recorded waits in a bounded queue for a thread of its own, so that
 * no request waits for the collector. Stopping exports what waits, for two seconds at most.
 */
public final class TracingVerticle extends VerticleBase {

  private static final String SCOPE = "io.canarygateway";
  private static final long STOP_MS = 2_000;

  private final SdkTracerProvider provider;
  private final String version;

  private TracingVerticle(SdkTracerProvider provider, String version) {
    this.provider = provider;
    this.version = version;
  }

  /**
   * Makes the export of a process. Nothing is connected before the first span.
   *
   * @param config the settings, with an endpoint
   * @param version the gateway's version
   * @param instance the process, among those of the same service
   * @param registry the registry of the metrics about spans
   * @return the verticle
   */
  public static TracingVerticle create(
      TracingConfig config, String version, String instance, MeterRegistry registry) {
    return create(config, version, instance, registry, WaitLimits.DEFAULT);
  }

  static TracingVerticle create(
      TracingConfig config,
      String version,
      String instance,
      MeterRegistry registry,
      WaitLimits limits) {
    HttpUrl endpoint = config.endpoint().orElseThrow();
    SpanCounts counts = new SpanCounts(limits.mostWaiting());
    counts.register(registry);
    ExportLog log = new ExportLog(endpoint.toString());
    return new TracingVerticle(
        Exports.provider(
            config.serviceName(),
            version,
            instance,
            new CountedExporter(
                Exports.exporter(endpoint, config.protocol(), limits.export()), counts, log),
            counts,
            limits),
        version);
  }

  /**
   * The tracer that records spans. Each span that it begins is recorded and exported, so the caller
   * decides which requests are sampled.
   *
   * @return the tracer; thread-safe
   */
  public Tracer tracer() {
    return provider.tracerBuilder(SCOPE).setInstrumentationVersion(version).build();
  }

  @Override
  public Future<?> start() {
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    CompletableFuture<Void> exported = new CompletableFuture<>();
    provider.shutdown().whenComplete(() -> exported.complete(null));
    return Future.fromCompletionStage(exported, context)
        .timeout(STOP_MS, TimeUnit.MILLISECONDS)
        .otherwiseEmpty();
  }
}
