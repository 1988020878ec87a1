package io.canarygateway.proxy;

import io.micrometer.core.instrument.Counter;

/** The metrics of one route's requests that failed on canary and were sent to main. Thread-safe. */
final class FallbackMeters {

  private final Counter[] causes = new Counter[FallbackCause.values().length];

  FallbackMeters(RouteRegistry registry) {
    for (FallbackCause cause : FallbackCause.values()) {
      causes[cause.ordinal()] =
          registry.add(
              to ->
                  Counter.builder("gateway_fallbacks")
                      .description("Requests that failed on canary and were sent to main, by cause")
                      .tag("route", registry.route())
                      .tag("cause", cause.label())
                      .register(to));
    }
  }

  /** Counts a request. */
  void count(FallbackCause cause) {
    causes[cause.ordinal()].increment();
  }
}
