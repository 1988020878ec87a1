package io.canarygateway.metrics;

import io.canarygateway.config.Extensions.Configured;
import io.canarygateway.extension.MetricsSink;
import io.canarygateway.message.ComponentHealth.Status;
import io.canarygateway.message.HealthReporter;
import io.canarygateway.message.MeterBatch;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Passes batches of metrics to one sink on a thread of its own, in order. A sink that cannot be
 * opened is tried again with the first batch after 5 s. If 64 batches wait for a slow sink, the
 * next ones are dropped. On one context.
 */
final class SinkRunner {

  private static final int MAX_WAITING = 64;
  private static final long CLOSE_MS = 1_000;
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final MetricsSink sink;
  private final String settings;
  private final WorkerExecutor thread;
  private final Counter dropped;
  private final HealthReporter health;
  private int waiting;

  // The following fields are used on the sink's thread alone.
  private boolean open;
  private long triedAtNanos;
  private @Nullable Exception openFailure;

  SinkRunner(
      Vertx vertx,
      Configured<? extends MetricsSink> sink,
      MeterRegistry registry,
      HealthReporter health) {
    this.sink = sink.extension();
    this.settings = sink.settings();
    this.thread = vertx.createSharedWorkerExecutor("metrics-sink-" + this.sink.name(), 1);
    this.dropped =
        Counter.builder("gateway_metrics_sink_dropped")
            .description("Batches of metrics that a sink did not get or failed to take")
            .tag("sink", this.sink.name())
            .register(registry);
    this.health = health;
  }

  /** Passes a batch on; an empty batch opens the sink. */
  void deliver(MeterBatch batch) {
    if (waiting >= MAX_WAITING) {
      dropped.increment();
      report(Status.DEGRADED, "too slow");
      return;
    }
    waiting++;
    // Unordered for Vert.x; the one thread keeps the order.
    thread
        .executeBlocking(() -> take(batch), false)
        .onComplete(
            done -> {
              waiting--;
              if (done.succeeded()) {
                report(Status.UP, "");
              } else {
                dropped.increment();
                report(Status.DEGRADED, String.valueOf(done.cause().getMessage()));
              }
            });
  }

  private @Nullable Void take(MeterBatch batch) throws Exception {
    if (!open) {
      open();
    }
    sink.deliver(batch);
    return null;
  }

  /** Opens the sink; fails with the last failure until it is time to try again. */
  private void open() throws Exception {
    long now = System.nanoTime();
    if (openFailure != null && now - triedAtNanos < RETRY_NANOS) {
      throw openFailure;
    }
    triedAtNanos = now;
    try {
      sink.open(settings);
      open = true;
    } catch (Exception e) {
      openFailure = e;
      throw e;
    }
  }

  private void report(Status status, String detail) {
    health.report(sink.name(), status, detail);
  }

  /** Closes the sink; completes within a second, and never fails. */
  Future<?> close() {
    return thread
        .executeBlocking(
            () -> {
              sink.close();
              return null;
            },
            false)
        .timeout(CLOSE_MS, TimeUnit.MILLISECONDS)
        .otherwiseEmpty()
        .eventually(thread::close);
  }
}
