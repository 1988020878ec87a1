package io.canarygateway.http;

/**
 * The distinction between header lines that are passed on and those that concern one connection
 * only (RFC 9110, 7.6.1). Stateless.
 */
public final class HopByHop {

  private HopByHop() {}

  /**
   * Whether a line is passed on. Lines about framing are not, since each message is framed anew.
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
