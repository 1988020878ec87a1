package io.canarygateway.config;

/** How much is logged. */
public enum LogLevel {
  /** Events. */
  INFO,
  /** Events, and a dump of each request and response. */
  DEBUG
}
