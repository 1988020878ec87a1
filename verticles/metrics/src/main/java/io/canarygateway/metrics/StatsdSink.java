package io.canarygateway.metrics;

import com.timgroup.statsd.NonBlockingStatsDClientBuilder;
import com.timgroup.statsd.StatsDClient;
import com.timgroup.statsd.StatsDClientException;
import io.canarygateway.config.StatsdConfig;
import io.canarygateway.extension.MetricsSink;
import io.canarygateway.message.MeterBatch;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The sink for DogStatsD over UDP, with maxwells-daemon's prefix. The client packs and sends on its
 * own threads. Lost packets are not sent again, as with any statsd client.
 */
final class StatsdSink implements MetricsSink {

  private static final String PREFIX = "maxwellsdaemon";
  private static final int QUEUE = 8_192;

  private final StatsdConfig config;
  private @Nullable StatsDClient client;

  /** The last failure of the client's threads that no batch has reported yet. */
  private volatile @Nullable Exception failure;

  StatsdSink(StatsdConfig config) {
    this.config = config;
  }

  @Override
  public String name() {
    return "statsd";
  }

  @Override
  public void open(String settings) throws IOException {
    try {
      client = connect();
    } catch (StatsDClientException e) {
      throw new IOException(config.host() + ":" + config.port() + ": " + e.getMessage(), e);
    }
  }

  private StatsDClient connect() {
    return new NonBlockingStatsDClientBuilder()
        .prefix(PREFIX)
        .hostname(config.host())
        .port(config.port())
        .queueSize(QUEUE)
        .enableTelemetry(false)
        .enableAggregation(false)
        .originDetectionEnabled(false)
        .errorHandler(cause -> failure = cause)
        .build();
  }

  @Override
  public void deliver(MeterBatch batch) throws IOException {
    StatsDClient opened = Objects.requireNonNull(client, "not open");
    batch.counts().forEach(count -> opened.count(count.name(), count.delta(), tags(count.tags())));
    batch
        .samples()
        .forEach(
            samples -> {
              String[] tags = tags(samples.tags());
              samples
                  .values()
                  .forEach(value -> opened.recordHistogramValue(samples.name(), value, tags));
            });
    Exception last = failure;
    if (last != null) {
      failure = null;
      throw new IOException(last.getMessage(), last);
    }
  }

  private static String[] tags(Map<String, String> tags) {
    return tags.entrySet().stream()
        .map(tag -> tag.getKey() + ":" + tag.getValue())
        .toArray(String[]::new);
  }

  @Override
  public void close() {
    if (client != null) {
      client.close();
    }
  }
}
