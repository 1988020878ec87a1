package io.canarygateway.proxy;

import io.canarygateway.decision.Target;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/**
 * The metrics of the responses of main and canary, which make the two comparable. The label {@code
 * route} is empty, which Prometheus treats as no label, while there is only one route. Thread-safe.
 */
final class ResponseMeters {

  /** Fine enough for the 99th percentile of a fast service, and up to the longest timeout. */
  private static final Duration[] BOUNDS =
      LongStream.of(
              1, 2, 3, 4, 5, 7, 10, 15, 20, 25, 30, 40, 50, 75, 100, 150, 200, 250, 300, 400, 500,
              750, 1_000, 1_500, 2_000, 3_000, 5_000, 7_500, 10_000, 15_000, 20_000, 30_000, 60_000)
          .mapToObj(Duration::ofMillis)
          .toArray(Duration[]::new);

  private static final String[] CLASSES = {"1xx", "2xx", "3xx", "4xx", "5xx", "error"};
  private static final int ERROR = CLASSES.length - 1;

  private final Counter[][] responses = new Counter[Target.values().length][CLASSES.length];
  private final Timer[] durations = new Timer[Target.values().length];

  ResponseMeters(MeterRegistry registry) {
    for (Target target : Target.values()) {
      durations[target.ordinal()] =
          Timer.builder("gateway_response_duration")
              .description("Time from a request's head to the head of its target's response")
              .serviceLevelObjectives(BOUNDS)
              .tag("route", "")
              .tag("target", target.label())
              .register(registry);
      for (int i = 0; i < CLASSES.length; i++) {
        responses[target.ordinal()][i] =
            Counter.builder("gateway_responses")
                .description("Responses of targets by class of status; error if there was none")
                .tag("route", "")
                .tag("target", target.label())
                .tag("status_class", CLASSES[i])
                .register(registry);
      }
    }
  }

  /**
   * Records a response head.
   *
   * @param status 100 to 999; a status that HTTP does not define counts as 5xx
   */
  void responded(Target target, int status, long nanos) {
    responses[target.ordinal()][Math.min(status / 100, 5) - 1].increment();
    durations[target.ordinal()].record(nanos, TimeUnit.NANOSECONDS);
  }

  /** Records a call without a response head. */
  void failed(Target target) {
    responses[target.ordinal()][ERROR].increment();
  }
}
