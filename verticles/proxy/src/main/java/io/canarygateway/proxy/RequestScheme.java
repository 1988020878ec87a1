package io.canarygateway.proxy;

import io.canarygateway.http.HeaderName;
import io.canarygateway.http.ServerStream;
import java.util.regex.Pattern;

/**
 * The scheme by which a client came: that of its connection, unless a proxy before the gateway says
 * another. Stateless.
 */
final class RequestScheme {

  private static final Pattern HTTPS =
      Pattern.compile("\\s*https\\s*(,|$)", Pattern.CASE_INSENSITIVE);

  private RequestScheme() {}

  /**
   * Whether the client used HTTPS.
   *
   * @param trusted whether the sender is a trusted proxy, whose headers about others count
   */
  static boolean isHttps(ServerStream stream, boolean trusted) {
    String proto = trusted ? stream.head().first(HeaderName.X_FORWARDED_PROTO) : null;
    // The value of the first of several proxies is the one about the client.
    return proto == null ? stream.clientAddress().isTls() : HTTPS.matcher(proto).lookingAt();
  }

  /** The scheme of the client's connection. */
  static String ofConnection(ServerStream stream) {
    return stream.clientAddress().isTls() ? "https" : "http";
  }
}
