package io.canarygateway.http;

/** What is wrong with bytes that came in. */
public enum Fault {
  /** They are not HTTP/1.x, or two readers could understand them differently. */
  MALFORMED,
  /** The request line alone is longer than a head may be. */
  LINE_TOO_LONG,
  /** The head is larger, or has more header lines, than allowed. */
  HEAD_TOO_LARGE,
  /** A version of HTTP other than 1.0 and 1.1. */
  VERSION_UNKNOWN,
  /** A transfer coding other than {@code chunked}. */
  CODING_UNKNOWN
}
