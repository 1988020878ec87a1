package io.canarygateway.breaker;

import org.slf4j.spi.LoggingEventBuilder;

/** The key {@code route} of log lines, which only lines about named routes have. */
final class RouteLog {

  private RouteLog() {}

  static LoggingEventBuilder of(String route, LoggingEventBuilder line) {
    return route.isEmpty() ? line : line.addKeyValue("route", route);
  }
}
