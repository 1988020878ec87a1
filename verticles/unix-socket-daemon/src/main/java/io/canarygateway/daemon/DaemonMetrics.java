package io.canarygateway.daemon;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;

/** The daemon's meters; recording is an add, on any thread. */
final class DaemonMetrics {

  private final Counter answered;
  private final Counter broken;
  private final Counter master;
  private final Counter canary;
  private final Counter refused;
  private final Timer delay;

  DaemonMetrics(MeterRegistry registry) {
    answered = connections(registry, "success");
    broken = connections(registry, "failure");
    master = lines(registry, "master");
    canary = lines(registry, "canary");
    refused = lines(registry, "failure");
    delay =
        Timer.builder("gateway_daemon_delay")
            .description("From the end of a line to its answer being written")
            .register(registry);
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

  void answered(Answer answer, long nanos) {
    (answer.failure() ? refused : answer.canary() ? canary : master).increment();
    delay.record(nanos, TimeUnit.NANOSECONDS);
  }

  /** A connection ended. */
  void ended(boolean wasAnswered) {
    (wasAnswered ? answered : broken).increment();
  }
}
