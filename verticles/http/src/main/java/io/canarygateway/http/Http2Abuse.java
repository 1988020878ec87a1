package io.canarygateway.http;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import java.util.Locale;
import java.util.Optional;

/** The ways in which a client of HTTP/2 can cost much and send little. */
public enum Http2Abuse {
  /** Streams that are opened and reset at once (CVE-2023-44487). */
  RAPID_RESET("rapid_reset"),
  /** Many CONTINUATION frames for one head. */
  CONTINUATION("continuation"),
  /** Many PING frames. */
  PING("ping"),
  /** Many SETTINGS frames. */
  SETTINGS("settings"),
  /** A head that is too large, or frames without content. */
  HEADERS("headers");

  private final String label;

  Http2Abuse(String label) {
    this.label = label;
  }

  /** The value of the label {@code kind} in metrics. */
  public String label() {
    return label;
  }

  /** The abuse that made the codec end a connection; empty if the client has broken other rules. */
  static Optional<Http2Abuse> of(Http2Exception cause) {
    if (cause.error() != Http2Error.ENHANCE_YOUR_CALM) {
      return cause instanceof Http2Exception.HeaderListSizeException
          ? Optional.of(HEADERS)
          : Optional.empty();
    }
    String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    if (message.contains("rst")) {
      return Optional.of(RAPID_RESET);
    }
    if (message.contains("continuation")) {
      return Optional.of(CONTINUATION);
    }
    return Optional.of(message.contains("control frames") ? PING : HEADERS);
  }
}
