package io.canarygateway.http;

/** The form of a request target (RFC 9112, 3.2). */
public enum TargetForm {
  /** {@code /path?query}. */
  ORIGIN,
  /** {@code http://host/path?query}. */
  ABSOLUTE,
  /** {@code *}. */
  ASTERISK,
  /** {@code host:port}, for CONNECT only. */
  AUTHORITY
}
