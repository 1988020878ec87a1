package io.canarygateway.proxy;

import io.canarygateway.decision.Target;
import io.canarygateway.judge.LatencyBounds;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of the responses of one route's main and canary, which make the two comparable. Those
 * of a target are registered when it is first used. Thread-safe.
 */
final class ResponseMeters {

  /** Fine enough for the 99th percentile of a fast service, and up to the longest timeout. */
  private static final Duration[] BOUNDS =
      LongStream.of(LatencyBounds.millis()).mapToObj(Duration::ofMillis).toArray(Duration[]::new);

  private static final String[] CLASSES = {"1xx", "2xx", "3xx", "4xx", "5xx", "error"};
  private static final int ERROR = CLASSES.length - 1;

  /** The metrics of one target. */
  private record OfTarget(Counter[] responses, Timer duration) {}

  private final RouteRegistry registry;
  private final AtomicReferenceArray<@Nullable OfTarget> targets =
      new AtomicReferenceArray<>(Target.values().length);

  private final AtomicReferenceArray<@Nullable Counter> grpcFailures =
      new AtomicReferenceArray<>(Target.values().length);

  ResponseMeters(RouteRegistry registry) {
    this.registry = registry;
  }

  /** Registers the metrics of a target. */
  void begin(Target target) {
    of(target);
  }

  private OfTarget of(Target target) {
    OfTarget known = targets.get(target.ordinal());
    if (known != null) {
      return known;
    }
    Counter[] responses = new Counter[CLASSES.length];
    for (int i = 0; i < CLASSES.length; i++) {
      String statusClass = CLASSES[i];
      responses[i] =
          registry.add(
              to ->
                  Counter.builder("gateway_responses")
                      .description(
                          "Responses of targets by class of status; error if there was none")
                      .tag("route", registry.route())
                      .tag("target", target.label())
                      .tag("status_class", statusClass)
                      .register(to));
    }
    OfTarget made =
        new OfTarget(
            responses,
            registry.add(
                to ->
                    Timer.builder("gateway_response_duration")
                        .description(
                            "Time from a request's head to the head of its target's response")
                        .serviceLevelObjectives(BOUNDS)
                        .tag("route", registry.route())
                        .tag("target", target.label())
                        .register(to)));
    targets.set(target.ordinal(), made);
    return made;
  }

  /**
   * Records a response head.
   *
   * @param status 100 to 999; a status that HTTP does not define counts as 5xx
   */
  void responded(Target target, int status, long nanos) {
    OfTarget meters = of(target);
    meters.responses()[Math.min(status / 100, 5) - 1].increment();
    meters.duration().record(nanos, TimeUnit.NANOSECONDS);
  }

  /** Records a response of gRPC whose status is not OK. Its class of HTTP's status stays. */
  void grpcFailed(Target target) {
    Counter counter = grpcFailures.get(target.ordinal());
    if (counter == null) {
      counter =
          registry.add(
              to ->
                  Counter.builder("gateway_grpc_failures")
                      .description("Responses to gRPC without grpc-status 0")
                      .tag("route", registry.route())
                      .tag("target", target.label())
                      .register(to));
      grpcFailures.set(target.ordinal(), counter);
    }
    counter.increment();
  }

  /** Records a call without a response head. */
  void failed(Target target) {
    of(target).responses()[ERROR].increment();
  }
}
