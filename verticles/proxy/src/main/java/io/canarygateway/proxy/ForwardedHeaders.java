package io.canarygateway.proxy;

import io.canarygateway.message.Header;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which headers of a request the upstream and the sidecar get, and which the gateway sets itself.
 */
final class ForwardedHeaders {

  private static final String FORWARDED_FOR = "X-Forwarded-For";

  /** What only a trusted peer may say: who is behind it, and where it is to go. */
  private static final List<String> TRUSTED_ONLY =
      List.of(
          "Forwarded",
          "X-Forwarded-Host",
          "X-Forwarded-Proto",
          "X-Forwarded-Port",
          "X-Real-IP",
          "X-Canary");

  /** What the sidecar gets from the gateway rather than from the client. */
  private static final Set<String> SET_ANEW = Set.of("host", "expect", "x-forwarded-for");

  private ForwardedHeaders() {}

  /** Fills in what an upstream gets, but for what concerns the connection. */
  static void toUpstream(
      HttpServerRequest request, boolean trusted, String host, MultiMap headers) {
    HopByHop.copyEndToEnd(request.headers(), headers);
    headers.remove(HttpHeaders.EXPECT);
    headers.set(HttpHeaders.HOST, host);
    if (!trusted) {
      TRUSTED_ONLY.forEach(headers::remove);
    }
    headers.set(FORWARDED_FOR, forwardedFor(request, trusted));
  }

  /** What the sidecar gets; its client adds the Host header. */
  static List<Header> toSidecar(HttpServerRequest request, boolean trusted) {
    List<Header> headers = new ArrayList<>(request.headers().size() + 1);
    request
        .headers()
        .forEach(
            (name, value) -> {
              if (!HopByHop.is(name)
                  && !SET_ANEW.contains(name.toLowerCase(Locale.ROOT))
                  && (trusted || TRUSTED_ONLY.stream().noneMatch(name::equalsIgnoreCase))) {
                headers.add(new Header(name, value));
              }
            });
    headers.add(new Header(FORWARDED_FOR, forwardedFor(request, trusted)));
    return headers;
  }

  /** Who the request came from: what the peer says if it is believed, then the peer itself. */
  private static String forwardedFor(HttpServerRequest request, boolean trusted) {
    String peer = Peers.nameOf(request.connection());
    List<String> before = trusted ? request.headers().getAll(FORWARDED_FOR) : List.of();
    return before.isEmpty() ? peer : String.join(", ", before) + ", " + peer;
  }
}
