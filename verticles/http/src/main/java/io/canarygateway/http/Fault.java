package io.canarygateway.http;

/** The kind of fault in the bytes of a message. */
public enum Fault {
  /** The bytes are not HTTP/1.x, or two readers could understand them differently. */
  MALFORMED,
  /** The request line alone is longer than a head may be. */
  LINE_TOO_LONG,
  /** The head has more bytes or more header lines than allowed. */
  HEAD_TOO_LARGE,
  /** The version of HTTP is neither 1.0 nor 1.1. */
  VERSION_UNKNOWN,
  /** A transfer coding is not {@code chunked}. */
  CODING_UNKNOWN,
  /** HTTP/2 names one host in {@code :authority} and another one in {@code Host}. */
  HOSTS_DIFFER,
  /** A CONNECT of HTTP/2 is for another protocol than WebSocket. */
  PROTOCOL_UNKNOWN
}
