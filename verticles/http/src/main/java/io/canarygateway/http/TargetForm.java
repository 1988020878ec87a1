package io.canarygateway.http;

/** Which of HTTP's forms a request's target has (RFC 9112, 3.2). */
public enum TargetForm {
  /** {@code /path?query}. */
  ORIGIN,
  /** {@code http://host/path?query}. */
  ABSOLUTE,
  /** {@code *}. */
  ASTERISK,
  /** {@code host:port}, of CONNECT only. */
  AUTHORITY
}
