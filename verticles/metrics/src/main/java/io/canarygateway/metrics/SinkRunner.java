package io.canarygateway.metrics;

import io.canarygateway.config.Extensions.Configured;
import io.canarygateway.extension.MetricsSink;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.ComponentHealth;
import io.canarygateway.message.ComponentHealth.Status;
import io.canarygateway.message.MeterBatch;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Hands batches to a sink on a thread of its own, one after the other. A sink that cannot be opened
 * is tried again every few seconds; one that is too slow loses batches. On one context.
 */
final class SinkRunner {

  private static final int MAX_WAITING = 64;
  private static final long CLOSE_MS = 1_000;
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Vertx vertx;
  private final MetricsSink sink;
  private final String settings;
  private final WorkerExecutor thread;
  private final Counter dropped;
  private int waiting;
  private String told = "";

  // Of the sink's thread.
  private boolean open;
  private long openedAtNanos = System.nanoTime() - RETRY_NANOS;
  private Exception closedBy;

  SinkRunner(Vertx vertx, Configured<? extends MetricsSink> sink, MeterRegistry registry) {
    this.vertx = vertx;
    this.sink = sink.extension();
    this.settings = sink.settings();
    this.thread = vertx.createSharedWorkerExecutor("metrics-sink-" + this.sink.name(), 1);
    this.dropped =
        Counter.builder("gateway_metrics_sink_dropped")
            .description("Batches of metrics that a sink did not get or failed to take")
            .tag("sink", this.sink.name())
            .register(registry);
  }

  void deliver(MeterBatch batch) {
    if (waiting >= MAX_WAITING) {
      dropped.increment();
      tell(Status.DEGRADED, "too slow");
      return;
    }
    waiting++;
    // Its one thread keeps the order.
    thread
        .<Void>executeBlocking(() -> take(batch), false)
        .onComplete(
            done -> {
              waiting--;
              if (done.succeeded()) {
                tell(Status.UP, "");
              } else {
                dropped.increment();
                tell(Status.DEGRADED, String.valueOf(done.cause().getMessage()));
              }
            });
  }

  private Void take(MeterBatch batch) throws Exception {
    if (!open) {
      open();
    }
    sink.deliver(batch);
    return null;
  }

  private void open() throws Exception {
    long now = System.nanoTime();
    if (now - openedAtNanos >= RETRY_NANOS) {
      openedAtNanos = now;
      try {
        sink.open(settings);
        open = true;
        return;
      } catch (Exception e) {
        closedBy = e;
      }
    }
    throw closedBy;
  }

  private void tell(Status status, String detail) {
    String now = status + detail;
    if (!now.equals(told)) {
      told = now;
      vertx
          .eventBus()
          .publish(
              Addresses.HEALTH,
              new ComponentHealth(sink.name(), status, detail),
              Addresses.WITHIN_PROCESS);
    }
  }

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
