package io.canarygateway.tracing;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** How many spans wait for the collector, and what became of the others. Lock-free. */
final class SpanCounts {

  private final int mostWaiting;
  private final AtomicInteger waiting = new AtomicInteger();
  private final LongAdder exported = new LongAdder();
  private final LongAdder unexported = new LongAdder();
  private final LongAdder overflow = new LongAdder();

  SpanCounts(int mostWaiting) {
    this.mostWaiting = mostWaiting;
  }

  void register(MeterRegistry registry) {
    Gauge.builder("gateway_spans_waiting", waiting, AtomicInteger::get)
        .description("Spans that wait for the collector, or are being exported")
        .register(registry);
    FunctionCounter.builder("gateway_spans_exported", exported, LongAdder::sum)
        .description("Spans that the collector has taken")
        .register(registry);
    dropped(registry, "queue_full", overflow);
    dropped(registry, "export_failed", unexported);
  }

  private static void dropped(MeterRegistry registry, String cause, LongAdder count) {
    FunctionCounter.builder("gateway_spans_dropped", count, LongAdder::sum)
        .description("Spans that the collector did not get")
        .tag("cause", cause)
        .register(registry);
  }

  /** Takes a place for one span. Without a free one the span is dropped, and counted. */
  boolean tryTake() {
    if (waiting.incrementAndGet() <= mostWaiting) {
      return true;
    }
    waiting.decrementAndGet();
    overflow.increment();
    return false;
  }

  /** The collector has taken so many spans. */
  void exported(int spans) {
    waiting.addAndGet(-spans);
    exported.add(spans);
  }

  /** So many spans could not be exported. */
  void failed(int spans) {
    waiting.addAndGet(-spans);
    unexported.add(spans);
  }
}
