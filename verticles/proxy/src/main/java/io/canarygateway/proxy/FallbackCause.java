package io.canarygateway.proxy;

import io.canarygateway.http.CallFailure;
import java.util.Locale;

/** The reasons why a request that canary got is sent to main. */
enum FallbackCause {
  /** Canary could not be connected to. */
  CONNECT,
  /** Canary did not answer in time. */
  TIMEOUT,
  /** Canary closed or reset the connection. */
  RESET,
  /** Canary's response was malformed. */
  MALFORMED,
  /** Canary has said that it takes no head as large as that of the request. It has not failed. */
  HEAD_TOO_LARGE,
  /** Canary answered with a status that is listed. */
  STATUS,
  /** Too many requests wait for a connection to canary. Canary itself has not failed. */
  FULL;

  static FallbackCause of(CallFailure.Kind failure) {
    return switch (failure) {
      case FULL -> FULL;
      case CONNECT -> CONNECT;
      case CONNECT_TIMEOUT, TIMEOUT -> TIMEOUT;
      case RESET -> RESET;
      case HEAD_TOO_LARGE -> HEAD_TOO_LARGE;
      case MALFORMED -> MALFORMED;
    };
  }

  /** The label in metrics. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
