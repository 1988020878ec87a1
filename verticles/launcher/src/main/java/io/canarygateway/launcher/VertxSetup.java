package io.canarygateway.launcher;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
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

/** Configures Vert.x for the gateway. */
final class VertxSetup {

  private VertxSetup() {}

  /**
   * Completes the launcher's options: one event loop per core, metrics whose labels are closed
   * sets, and no cache of files.
   *
   * @param options changed by this method
   * @param transport how the sockets of this Vert.x are served
   * @param registry where its metrics go
   */
  static VertxBuilder builder(VertxOptions options, Transport transport, MeterRegistry registry) {
    if (options.getEventLoopPoolSize() == VertxOptions.DEFAULT_EVENT_LOOP_POOL_SIZE) {
      options.setEventLoopPoolSize(Runtime.getRuntime().availableProcessors());
    }
    // Vert.x would unpack files of the jar into a directory. The gateway serves no such files, and
    // in a container there may be no directory that it can write to.
    options.getFileSystemOptions().setClassPathResolvingEnabled(false).setFileCachingEnabled(false);
    // Names that Prometheus advises against: times in nanoseconds and milliseconds, and a gauge
    // that
    // is named like a histogram's count.
    registry
        .config()
        .meterFilter(MeterFilter.denyNameStartsWith("process.cpu.time"))
        .meterFilter(MeterFilter.denyNameStartsWith("system.cpu.count"))
        .meterFilter(MeterFilter.denyNameStartsWith("jvm.compilation.time"));
    options.setMetricsOptions(
        new MicrometerMetricsOptions()
            .setEnabled(true)
            .setJvmMetricsEnabled(true)
            // Vert.x's own HTTP and socket metrics look up ten meters by name and labels for each
            // request. The gateway counts requests and connections itself, with one addition each.
            .setDisabledMetricsCategories(
                Set.of(
                    MetricsDomain.HTTP_SERVER.toCategory(),
                    MetricsDomain.HTTP_CLIENT.toCategory(),
                    MetricsDomain.NET_SERVER.toCategory()))
            // A label must not hold a text that a client chooses, such as a method or a path:
            // every new text would be a new time series.
            .setLabels(
                EnumSet.of(Label.HTTP_CODE, Label.POOL_TYPE, Label.POOL_NAME, Label.EB_SIDE)));
    return Vertx.builder()
        .with(options)
        .withTransport(transport)
        .withMetrics(new MicrometerMetricsFactory(registry));
  }
}
