package io.canarygateway.metrics;

import java.util.Locale;

/** What an operator has to know of a route first. The worst comes first. */
enum RouteState {
  MAIN_FAILING("main is failing", "▲"),
  FAILING("canary is failing", "▲"),
  TRIPPED("breaker tripped", "▲"),
  UNKNOWN("release unknown", "▲"),
  STOPPED("canary stopped", "■"),
  REVERTED("release reverted", "■"),
  HELD("release held", "◆"),
  PAUSED("release paused", "◆"),
  RUNNING("release running", "▶"),
  PROMOTED("release promoted", "●"),
  QUIET("no trouble", "●");

  /** Fewer errors than these are not called trouble, whatever their part of the requests. */
  private static final int FEW = 3;

  /** The part of canary's requests that has to fail. */
  private static final double FAILING_CANARY = 0.01;

  private static final double FAILING_MAIN = 0.05;

  /** How many times as often as main canary has to fail. */
  private static final double TOLERANCE = 1.5;

  private final String text;
  private final String sign;

  RouteState(String text, String sign) {
    this.text = text;
    this.sign = sign;
  }

  /** One or two words for people. */
  public String text() {
    return text;
  }

  /** A sign that tells the state without colour. */
  public String sign() {
    return sign;
  }

  /** The name of the style. */
  public String style() {
    return switch (this) {
      case MAIN_FAILING, FAILING, TRIPPED, UNKNOWN -> "bad";
      case STOPPED, REVERTED -> "stopped";
      case HELD, PAUSED -> "warn";
      case RUNNING -> "active";
      case PROMOTED, QUIET -> "good";
    };
  }

  /**
   * Finds the state of a route.
   *
   * @param enabled whether canary gets requests
   * @param tripped whether a limit of the circuit breaker is reached
   * @param release the state of the release; empty without one
   */
  static RouteState of(
      boolean enabled, boolean tripped, String release, TargetFigures main, TargetFigures canary) {
    if (main.lastErrors() >= FEW && main.lastErrorRate() >= FAILING_MAIN) {
      return MAIN_FAILING;
    }
    if (!enabled) {
      return STOPPED;
    }
    if (tripped) {
      return TRIPPED;
    }
    RouteState ofRelease = ofRelease(release);
    return ofRelease != REVERTED && ofRelease != UNKNOWN && isFailing(main, canary)
        ? FAILING
        : ofRelease;
  }

  private static boolean isFailing(TargetFigures main, TargetFigures canary) {
    double byMain = main.lastRequests() == 0 ? 0 : main.lastErrorRate() * TOLERANCE;
    return canary.lastErrors() >= FEW
        && canary.lastErrorRate() >= FAILING_CANARY
        && canary.lastErrorRate() > byMain;
  }

  private static RouteState ofRelease(String state) {
    return switch (state.toLowerCase(Locale.ROOT)) {
      case "unknown" -> UNKNOWN;
      case "reverted" -> REVERTED;
      case "held" -> HELD;
      case "paused" -> PAUSED;
      case "running" -> RUNNING;
      case "promoted" -> PROMOTED;
      default -> QUIET;
    };
  }
}
