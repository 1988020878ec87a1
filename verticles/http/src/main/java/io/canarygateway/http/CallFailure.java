package io.canarygateway.http;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.util.Locale;

/**
 * The reason why an upstream call failed.
 *
 * @param kind the kind of failure, which decides about the error response
 * @param cause the details, for logs only
 */
public record CallFailure(Kind kind, String cause) {

  /** The failure to connect. */
  static CallFailure toConnect(Throwable cause) {
    boolean timeout =
        cause instanceof ConnectTimeoutException || cause instanceof SslHandshakeTimeoutException;
    return new CallFailure(timeout ? Kind.CONNECT_TIMEOUT : Kind.CONNECT, cause.toString());
  }

  /** The upstream would refuse the head. */
  static CallFailure headTooLarge() {
    return new CallFailure(
        Kind.HEAD_TOO_LARGE, "the upstream's SETTINGS_MAX_HEADER_LIST_SIZE is smaller");
  }

  /** A call that took too long in one of its phases. */
  static CallFailure late(CallPhase phase) {
    String doing = phase.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    return new CallFailure(Kind.TIMEOUT, "timeout while " + doing);
  }

  /** {@return whether the upstream has failed; else the request could not be sent to it at all} */
  public boolean isOfUpstream() {
    return kind != Kind.FULL && kind != Kind.HEAD_TOO_LARGE;
  }

  /** The same failure, with the address in its details. */
  CallFailure at(Endpoint endpoint) {
    return new CallFailure(kind, cause + " (" + endpoint + ")");
  }

  /** The kinds of failure. */
  public enum Kind {
    /** All connections to the upstream are in use, and as many requests wait for one. */
    FULL,
    /** The upstream could not be connected to. */
    CONNECT,
    /** The upstream could not be connected to in time. */
    CONNECT_TIMEOUT,
    /** The upstream did not take the request, begin its response, or continue it, in time. */
    TIMEOUT,
    /** The upstream closed or reset the connection. */
    RESET,
    /** The upstream has said that it takes no request head as large as this one. */
    HEAD_TOO_LARGE,
    /** The response is not HTTP/1.x, or two readers could understand it differently. */
    MALFORMED
  }
}
