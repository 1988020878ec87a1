package io.canarygateway.proxy;

import io.canarygateway.http.CallListener;
import io.canarygateway.http.CallRequest;
import io.canarygateway.http.HeaderName;
import io.canarygateway.http.Methods;
import io.canarygateway.http.RequestHead;
import io.canarygateway.http.UpstreamCall;

/**
 * A request that is decided, made ready to be sent.
 *
 * @param call the call, which has not begun
 * @param gzip whether the gateway asks for gzip on behalf of a client that did not
 */
record Dispatch(UpstreamCall call, boolean gzip) {

  /**
   * Makes the call.
   *
   * @param forwarded what is passed on of the request
   * @param upgrade the protocols that the client wants to change to, or null
   * @param bodyLength of the body as it will be sent
   * @param sticky the client's assignment, or null if assignments do not decide
   */
  static Dispatch of(
      ProxyLoop loop,
      Upstream upstream,
      String trimPrefix,
      ForwardedRequest forwarded,
      RequestHead head,
      String upgrade,
      long bodyLength,
      Sticky sticky,
      CallListener listener) {
    String allowed = Upgrades.allowed(upgrade);
    boolean gzip = upstream.gzip() && allowed == null && mayBePacked(head);
    CallRequest request =
        new CallRequest(
            () ->
                forwarded.head(
                    loop.writer(), upstream, trimPrefix, sticky, bodyLength, gzip, allowed),
            head.method().equals("HEAD"),
            bodyLength,
            bodyLength == 0 && allowed == null && Methods.isSafe(head.method()),
            allowed != null);
    return new Dispatch(new UpstreamCall(upstream.pool(), request, listener), gzip);
  }

  /** Whether the client, which did not ask for gzip, may get what the upstream packs. */
  private static boolean mayBePacked(RequestHead head) {
    return !head.method().equals("HEAD")
        && !head.has(HeaderName.ACCEPT_ENCODING)
        && !head.has(HeaderName.RANGE);
  }
}
