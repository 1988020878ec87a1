package io.canarygateway.daemon;

import io.canarygateway.message.MeterReporter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * The daemon's meters, for Prometheus and, under maxwells-daemon's names, for DogStatsD. Recording
 * takes no lock. On one event loop.
 */
final class DaemonMetrics {

  private static final double NANOS_PER_MS = 1e6;

  private final MeterReporter reporter;
  private final Counter answered;
  private final Counter broken;
  private final Counter master;
  private final Counter canary;
  private final Counter refused;
  private final Timer delay;
  private final MeterReporter.Counter serverSuccess;
  private final MeterReporter.Counter serverFailure;
  private final MeterReporter.Counter handlerMaster;
  private final MeterReporter.Counter handlerCanary;
  private final MeterReporter.Counter handlerFailure;
  private final MeterReporter.Histogram serverDelay;

  DaemonMetrics(MeterRegistry registry, MeterReporter reporter) {
    this.reporter = reporter;
    answered = connections(registry, "success");
    broken = connections(registry, "failure");
    master = lines(registry, "master");
    canary = lines(registry, "canary");
    refused = lines(registry, "failure");
    delay =
        Timer.builder("gateway_daemon_delay")
            .description("From the end of a line to its answer being written")
            .register(registry);
    serverSuccess = reporter.counter("server.success", Map.of());
    serverFailure = reporter.counter("server.failure", Map.of());
    handlerMaster = reporter.counter("handler.success", Map.of("location", "master"));
    handlerCanary = reporter.counter("handler.success", Map.of("location", "canary"));
    handlerFailure = reporter.counter("handler.failure", Map.of());
    serverDelay = reporter.histogram("server.delay");
  }

  /**
   * Begins to publish the meters for DogStatsD; called on a verticle's context.
   *
   * @param recorder runs actions on the event loop that records
   */
  void reportOn(Executor recorder) {
    reporter.start(recorder);
  }

  private static Counter connections(MeterRegistry registry, String result) {
    return Counter.builder("gateway_daemon_connections")
        .description("Connections to the daemon's socket")
        .tag("result", result)
        .register(registry);
  }

  private static Counter lines(MeterRegistry registry, String location) {
    return Counter.builder("gateway_daemon_answers")
        .description("Answers of the daemon; failure: the line was no assignment")
        .tag("location", location)
        .register(registry);
  }

  /** Records an answer, and the time in ns that it took. */
  void answered(Answer answer, long nanos) {
    (answer.failure() ? refused : answer.canary() ? canary : master).increment();
    (answer.failure() ? handlerFailure : answer.canary() ? handlerCanary : handlerMaster)
        .increment();
    delay.record(nanos, TimeUnit.NANOSECONDS);
    serverDelay.record(nanos / NANOS_PER_MS);
  }

  /**
   * Records the end of a connection.
   *
   * @param wasAnswered whether the connection got an answer, so that it counts as a success
   */
  void ended(boolean wasAnswered) {
    (wasAnswered ? answered : broken).increment();
    (wasAnswered ? serverSuccess : serverFailure).increment();
  }
}
