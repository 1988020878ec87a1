package io.canarygateway.daemon;

import io.canarygateway.message.MeterReporter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
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

  /**
   * Meters of one socket on one event loop.
   *
   * @param meters the meters of the socket
   */
  DaemonMetrics(SocketMeters meters, MeterReporter reporter) {
    this.reporter = reporter;
    answered = connections(meters, "success");
    broken = connections(meters, "failure");
    master = lines(meters, "master");
    canary = lines(meters, "canary");
    refused = lines(meters, "failure");
    delay =
        meters.add(
            to ->
                Timer.builder("gateway_daemon_delay")
                    .description("From the end of a line to its answer being written")
                    .tag("route", meters.route())
                    .register(to));
    serverSuccess = reporter.counter("server.success", meters.statsdTags());
    serverFailure = reporter.counter("server.failure", meters.statsdTags());
    handlerMaster = reporter.counter("handler.success", meters.statsdTags("location", "master"));
    handlerCanary = reporter.counter("handler.success", meters.statsdTags("location", "canary"));
    handlerFailure = reporter.counter("handler.failure", meters.statsdTags());
    serverDelay = reporter.histogram("server.delay", meters.statsdTags());
  }

  /**
   * Begins to publish the meters for DogStatsD; called on a verticle's context.
   *
   * @param recorder runs actions on the event loop that records
   */
  void reportOn(Executor recorder) {
    reporter.start(recorder);
  }

  /** Publishes what was recorded, and no more. */
  void stopReporting(Executor recorder) {
    reporter.stop(recorder);
  }

  private static Counter connections(SocketMeters meters, String result) {
    return meters.add(
        to ->
            Counter.builder("gateway_daemon_connections")
                .description("Connections to the daemon's socket")
                .tag("route", meters.route())
                .tag("result", result)
                .register(to));
  }

  private static Counter lines(SocketMeters meters, String location) {
    return meters.add(
        to ->
            Counter.builder("gateway_daemon_answers")
                .description("Answers of the daemon; failure: the line was no assignment")
                .tag("route", meters.route())
                .tag("location", location)
                .register(to));
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
