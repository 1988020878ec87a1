package io.canarygateway.metrics;

import io.canarygateway.config.RoutingConfig;
import java.util.List;

/**
 * The circuit breaker of one route, as the page shows it.
 *
 * @param isSet whether it has a limit
 * @param isTripped whether a limit is reached
 * @param text one sentence about its state
 * @param limits the limits with their counts
 * @param window for how long an event counts
 */
record BreakerView(
    boolean isSet, boolean isTripped, String text, List<Limit> limits, String window) {

  /**
   * One limit.
   *
   * @param text the count and the limit
   */
  record Limit(String name, long count, long most, String text, boolean isReached) {}

  static BreakerView of(RoutingConfig routing, RouteReadings.OfRoute reading) {
    Limit requests = limit("requests", routing.breakerLimits().requests(), reading);
    Limit errors = limit("errors", routing.breakerLimits().errors(), reading);
    boolean isSet = requests.most() > 0 || errors.most() > 0;
    boolean isTripped = isSet && !reading.tripped().isEmpty();
    return new BreakerView(
        isSet,
        isTripped,
        text(isSet, isTripped, reading),
        List.of(errors, requests),
        routing.breakerWindow().isZero()
            ? "until the next reset"
            : "for " + PageText.duration(routing.breakerWindow()));
  }

  private static Limit limit(String name, long most, RouteReadings.OfRoute reading) {
    long count = reading.breaker().getOrDefault(name, 0.0).longValue();
    return new Limit(
        name,
        count,
        most,
        most == 0
            ? PageText.count(count) + ", no limit"
            : PageText.count(count) + " of " + PageText.count(most),
        reading.tripped().contains(name));
  }

  private static String text(boolean isSet, boolean isTripped, RouteReadings.OfRoute reading) {
    if (!isSet) {
      return "no limits are set";
    }
    if (isTripped) {
      return "tripped by its limit of "
          + String.join(" and ", reading.tripped())
          + ": all requests go to main";
    }
    long running = reading.breaker().getOrDefault("reservations", 0.0).longValue();
    return running == 0
        ? "closed"
        : "closed; " + PageText.count(running) + " running on canary count as possible errors";
  }
}
