package io.canarygateway.proxy;

import io.canarygateway.http.HeaderName;
import io.canarygateway.http.RequestHead;
import java.util.regex.Pattern;

/** The scheme by which a client came, as far as a proxy before the gateway says it. Stateless. */
final class RequestScheme {

  private static final Pattern HTTPS =
      Pattern.compile("\\s*https\\s*(,|$)", Pattern.CASE_INSENSITIVE);

  private RequestScheme() {}

  /**
   * Whether the client used HTTPS.
   *
   * @param trusted whether the sender is a trusted proxy, whose headers about others count
   */
  static boolean isHttps(RequestHead head, boolean trusted) {
    String proto = trusted ? head.first(HeaderName.X_FORWARDED_PROTO) : null;
    // The value of the first of several proxies is the one about the client.
    return proto != null && HTTPS.matcher(proto).lookingAt();
  }
}
