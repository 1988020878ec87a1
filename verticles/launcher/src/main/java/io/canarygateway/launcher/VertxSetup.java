package io.canarygateway.launcher;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.transport.Transport;
import io.vertx.micrometer.Label;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.util.EnumSet;
import java.util.Set;

/** Vert.x as the gateway wants it. */
final class VertxSetup {

  private VertxSetup() {}

  /**
   * Adds to what the launcher's options say: an event loop per core, and metrics whose labels are
   * closed sets; no cache of files.
   */
  static VertxBuilder builder(VertxOptions options, Transport transport, MeterRegistry registry) {
    if (options.getEventLoopPoolSize() == VertxOptions.DEFAULT_EVENT_LOOP_POOL_SIZE) {
      options.setEventLoopPoolSize(Runtime.getRuntime().availableProcessors());
    }
    // Nothing is served out of the jar, so no directory is needed to unpack it into: there may be
    // none that can be written to.
    options.getFileSystemOptions().setClassPathResolvingEnabled(false).setFileCachingEnabled(false);
    options.setMetricsOptions(
        new MicrometerMetricsOptions()
            .setEnabled(true)
            // They look ten meters up by name and labels for each request, and the daemon's socket
            // asks the system for addresses that it has not got; the gateway's own count requests
            // and connections by an add.
            .setDisabledMetricsCategories(
                Set.of(
                    MetricsDomain.HTTP_SERVER.toCategory(),
                    MetricsDomain.HTTP_CLIENT.toCategory(),
                    MetricsDomain.NET_SERVER.toCategory()))
            // Nothing that a client chooses: each method or path of its own would be a new series.
            .setLabels(
                EnumSet.of(Label.HTTP_CODE, Label.POOL_TYPE, Label.POOL_NAME, Label.EB_SIDE)));
    return Vertx.builder()
        .with(options)
        .withTransport(transport)
        .withMetrics(new MicrometerMetricsFactory(registry));
  }
}
