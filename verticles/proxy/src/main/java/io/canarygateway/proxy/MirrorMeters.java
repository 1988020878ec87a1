package io.canarygateway.proxy;

import io.micrometer.core.instrument.Counter;
import java.util.Locale;

/** The metrics of the copies of one route's requests. Thread-safe. */
final class MirrorMeters {

  /** The outcomes of a copy. */
  enum Result {
    /** The copy was sent, and was answered with any status. */
    SENT,
    /** No copy was sent: too many were in flight, or the body was too large or incomplete. */
    DROPPED,
    /** The copy's target could not be reached, or has not answered. */
    FAILED
  }

  private final Counter[] results = new Counter[Result.values().length];
  private final Counter same;
  private final Counter different;

  MirrorMeters(RouteRegistry registry) {
    for (Result result : Result.values()) {
      results[result.ordinal()] =
          registry.add(
              to ->
                  Counter.builder("gateway_mirror_requests")
                      .description("Requests that were selected to be copied, by what came of it")
                      .tag("route", registry.route())
                      .tag("result", result.name().toLowerCase(Locale.ROOT))
                      .register(to));
    }
    same = compared(registry, true);
    different = compared(registry, false);
  }

  private static Counter compared(RouteRegistry registry, boolean same) {
    return registry.add(
        to ->
            Counter.builder("gateway_mirror_compared")
                .description("Copies by whether their status class is that of the original")
                .tag("route", registry.route())
                .tag("same", Boolean.toString(same))
                .register(to));
  }

  /** Counts a request that was selected. */
  void count(Result result) {
    results[result.ordinal()].increment();
  }

  /** Counts a copy whose status is known, as that of the original is. */
  void compared(int original, int copy) {
    (original / 100 == copy / 100 ? same : different).increment();
  }
}
