package io.canarygateway.config;

import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagTypes;
import java.time.Duration;

/** The settings of active health checks. All are dynamic. */
final class HealthCheckSettings {

  static final Catalogue ALL = new Catalogue();

  private static final boolean DYNAMIC = true;

  static final Flag<String> PATH =
      ALL.flag(
          "health-check.path",
          FlagTypes.matching("(/[!-\"$-~]{0,2000})?", "a path such as /healthz"),
          "",
          DYNAMIC,
          "Path that each address of main and canary is asked for by GET, with the Host header of"
              + " requests. 2xx and 3xx are successes. Not set: no checks.");
  static final Flag<Duration> EVERY =
      ALL.flag(
          "health-check.every",
          FlagTypes.seconds(Duration.ofMillis(100), Duration.ofHours(1)),
          Duration.ofSeconds(5),
          DYNAMIC,
          "Time from the end of a check to the next.");
  static final Flag<Duration> TIMEOUT =
      ALL.flag(
          "health-check.timeout",
          FlagTypes.seconds(Duration.ofMillis(10), Duration.ofMinutes(1)),
          Duration.ofSeconds(1),
          DYNAMIC,
          "Longest time of a check, connecting included.");
  static final Flag<Long> HEALTHY =
      ALL.flag(
          "health-check.healthy",
          FlagTypes.int64(1, 100),
          2L,
          DYNAMIC,
          "Successes in a row after which an unhealthy address gets requests again.");
  static final Flag<Long> UNHEALTHY =
      ALL.flag(
          "health-check.unhealthy",
          FlagTypes.int64(1, 100),
          3L,
          DYNAMIC,
          "Failures in a row after which an address gets no requests, unless none is up.");

  private HealthCheckSettings() {}
}
