package io.canarygateway.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The proof that a server of HTTP/1.1 has understood a request for a WebSocket (RFC 6455, 4).
 * HTTP/2 has none (RFC 8441, 5), so the gateway asks for it and checks it. Stateless.
 */
public final class WebSocketKey {

  static final String HEADER = "Sec-WebSocket-Key";

  /** In lower case, as HTTP/2 has names. */
  static final String ACCEPT = "sec-websocket-accept";

  private static final String SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int BYTES = 16;

  private WebSocketKey() {}

  /** A new key. It is no secret; it only has to differ from others. */
  static String create() {
    byte[] key = new byte[BYTES];
    ThreadLocalRandom.current().nextBytes(key);
    return Base64.getEncoder().encodeToString(key);
  }

  /** Whether a header belongs to the proof. */
  static boolean isPart(CharSequence name) {
    String text = name.toString();
    return text.equalsIgnoreCase(HEADER) || text.equalsIgnoreCase(ACCEPT);
  }

  /**
   * Whether a response with status 101 proves what the gateway has asked for. A client of HTTP/1.1
   * has asked by itself, and checks the response itself.
   */
  public static boolean isAccepted(RequestHead request, ResponseHead response) {
    return !request.http2() || accept(value(request, HEADER)).equals(value(response, ACCEPT));
  }

  private static String value(Head head, String name) {
    for (int i = 0; i < head.size(); i++) {
      if (head.isNamed(i, name)) {
        return head.value(i);
      }
    }
    return "";
  }

  private static String accept(String key) {
    try {
      byte[] proof =
          MessageDigest.getInstance("SHA-1")
              .digest((key + SUFFIX).getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(proof);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("each Java platform has SHA-1", e);
    }
  }
}
