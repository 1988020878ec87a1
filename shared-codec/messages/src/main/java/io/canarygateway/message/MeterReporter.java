package io.canarygateway.message;

import io.canarygateway.message.MeterBatch.Count;
import io.canarygateway.message.MeterBatch.Samples;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Collects events on one thread and publishes them at {@link Addresses#METERS} every 250 ms in
 * which something happened. Recording adds to a plain field, so all recording is done on one
 * thread.
 */
public final class MeterReporter {

  private static final long PERIOD_MS = 250;
  private static final int MAX_SAMPLES = 1_000;

  private final Vertx vertx;
  private final List<Counter> counters = new ArrayList<>();
  private final List<Histogram> histograms = new ArrayList<>();
  private long timer;

  /**
   * Creates a reporter that does not publish yet.
   *
   * @param vertx publishes on its event bus
   */
  public MeterReporter(Vertx vertx) {
    this.vertx = vertx;
  }

  /**
   * Starts to publish. Call this from a verticle, so that undeploying ends the timer.
   *
   * @param recorder runs a task on the thread that records
   */
  public void start(Executor recorder) {
    timer = vertx.setPeriodic(PERIOD_MS, tick -> recorder.execute(this::flush));
  }

  /**
   * Publishes what was recorded, and stops to publish.
   *
   * @param recorder runs a task on the thread that records
   */
  public void stop(Executor recorder) {
    vertx.cancelTimer(timer);
    recorder.execute(this::flush);
  }

  /** A counter. Not safe for use by several threads. */
  public static final class Counter {
    private final String name;
    private final Map<String, String> tags;
    private long delta;

    private Counter(String name, Map<String, String> tags) {
      this.name = name;
      this.tags = tags;
    }

    /** Adds one. */
    public void increment() {
      delta++;
    }
  }

  /** A histogram that keeps a fair sample of its values. Not safe for use by several threads. */
  public static final class Histogram {
    private final String name;
    private final Map<String, String> tags;
    private final double[] values = new double[MAX_SAMPLES];
    private int seen;

    private Histogram(String name, Map<String, String> tags) {
      this.name = name;
      this.tags = tags;
    }

    /**
     * Adds a value.
     *
     * @param value the value, in the histogram's unit
     */
    public void record(double value) {
      int place = seen < MAX_SAMPLES ? seen : ThreadLocalRandom.current().nextInt(seen + 1);
      seen++;
      if (place < MAX_SAMPLES) {
        values[place] = value;
      }
    }

    private List<Double> take() {
      List<Double> taken = new ArrayList<>();
      for (int i = 0; i < Math.min(seen, MAX_SAMPLES); i++) {
        taken.add(values[i]);
      }
      seen = 0;
      return taken;
    }
  }

  /**
   * Creates a counter.
   *
   * @param name maxwells-daemon's name of the counter
   * @param tags tag names to values
   * @return the counter
   */
  public Counter counter(String name, Map<String, String> tags) {
    Counter counter = new Counter(name, Map.copyOf(tags));
    counters.add(counter);
    return counter;
  }

  /**
   * Creates a histogram.
   *
   * @param name maxwells-daemon's name of the histogram
   * @param tags tag names to values
   * @return the histogram
   */
  public Histogram histogram(String name, Map<String, String> tags) {
    Histogram histogram = new Histogram(name, Map.copyOf(tags));
    histograms.add(histogram);
    return histogram;
  }

  private void flush() {
    List<Count> counts = new ArrayList<>();
    for (Counter counter : counters) {
      if (counter.delta > 0) {
        counts.add(new Count(counter.name, counter.tags, counter.delta));
        counter.delta = 0;
      }
    }
    List<Samples> samples = new ArrayList<>();
    for (Histogram histogram : histograms) {
      if (histogram.seen > 0) {
        samples.add(new Samples(histogram.name, histogram.tags, histogram.take()));
      }
    }
    if (!counts.isEmpty() || !samples.isEmpty()) {
      vertx
          .eventBus()
          .publish(Addresses.METERS, new MeterBatch(counts, samples), Addresses.WITHIN_PROCESS);
    }
  }
}
