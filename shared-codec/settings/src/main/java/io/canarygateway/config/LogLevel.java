package io.canarygateway.config;

/** The level of the log. */
public enum LogLevel {
  /** Events. */
  INFO,
  /** Events, and a dump of each request and response. */
  DEBUG
}
