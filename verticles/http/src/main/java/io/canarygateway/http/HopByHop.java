package io.canarygateway.http;

/** Which header lines are passed on and which concern one connection only (RFC 9110, 7.6.1). */
public final class HopByHop {

  private HopByHop() {}

  /**
   * Whether a line is passed on as far as connections are concerned. Framing headers are not: the
   * message is framed anew.
   */
  static boolean passes(Head head, int line, ConnectionOptions options) {
    return switch (head.known(line)) {
      case CONNECTION,
          CONTENT_LENGTH,
          TRANSFER_ENCODING,
          KEEP_ALIVE,
          PROXY_CONNECTION,
          PROXY_AUTHENTICATE,
          PROXY_AUTHORIZATION,
          TE,
          TRAILER,
          UPGRADE,
          HTTP2_SETTINGS ->
          false;
      case HOST -> true;
      default -> options.named().isEmpty() || !options.names(head, line);
    };
  }
}
