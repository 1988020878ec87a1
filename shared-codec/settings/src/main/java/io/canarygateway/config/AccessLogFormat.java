package io.canarygateway.config;

/** The format of the access log. */
public enum AccessLogFormat {
  /** There is no access log. */
  OFF,
  /** One JSON object for each request. */
  JSON,
  /** The Common Log Format, which web servers and their tools know. */
  COMMON
}
