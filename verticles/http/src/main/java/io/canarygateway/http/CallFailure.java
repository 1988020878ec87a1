package io.canarygateway.http;

/**
 * Why an upstream call failed.
 *
 * @param kind what kind of failure it is
 * @param cause what is known of it, for logs
 */
public record CallFailure(Kind kind, String cause) {

  /** The kinds of failure. */
  public enum Kind {
    /** All connections are in use, and as many requests wait for one. */
    FULL,
    /** No connection could be made. */
    CONNECT,
    /** No connection could be made in time. */
    CONNECT_TIMEOUT,
    /** The server did not answer, take what was sent, or go on, in time. */
    TIMEOUT,
    /** The server broke off. */
    RESET,
    /** The answer is not HTTP/1.x, or could be understood in two ways. */
    MALFORMED
  }
}
