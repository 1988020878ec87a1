package io.canarygateway.proxy;

import io.canarygateway.http.HeaderName;
import io.canarygateway.http.RequestHead;
import io.canarygateway.http.ResponseHead;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * The gateway's line in {@code Via}. The pseudonym in it is that of one process, so a request that
 * carries it has been here before. Immutable.
 */
final class Via {

  private static final int ID_BYTES = 6;

  private final String pseudonym;
  private final byte[] http10;
  private final byte[] http11;
  private final byte[] http2;

  private Via(String pseudonym) {
    this.pseudonym = pseudonym;
    this.http10 = line("1.0");
    this.http11 = line("1.1");
    this.http2 = line("2");
  }

  /** The line of a process, with a pseudonym by chance. */
  static Via create(RandomGenerator random) {
    byte[] id = new byte[ID_BYTES];
    random.nextBytes(id);
    return new Via("canary-gateway-" + HexFormat.of().formatHex(id));
  }

  private byte[] line(String version) {
    return ("Via: " + version + " " + pseudonym + "\r\n").getBytes(StandardCharsets.US_ASCII);
  }

  /** The header line for a response that was received, with its line end. */
  byte[] line(ResponseHead received) {
    return line(received.http2(), received.http10());
  }

  /** The header line for a request that was received, with its line end. */
  byte[] line(RequestHead received) {
    return line(received.http2(), received.http10());
  }

  private byte[] line(boolean overHttp2, boolean overHttp10) {
    return overHttp2 ? http2 : overHttp10 ? http10 : http11;
  }

  /** Whether a request was sent by this process, so that it would go round for ever. */
  boolean hasPassed(RequestHead head) {
    return head.has(HeaderName.VIA)
        && head.all(HeaderName.VIA).stream().anyMatch(line -> line.contains(pseudonym));
  }
}
