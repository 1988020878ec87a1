package io.canarygateway.proxy;

import io.canarygateway.http.CallListener;
import io.canarygateway.http.CallRequest;
import io.canarygateway.http.HeaderName;
import io.canarygateway.http.Methods;
import io.canarygateway.http.RequestHead;
import io.canarygateway.http.ServerStream;
import io.canarygateway.http.UpstreamCall;
import org.jspecify.annotations.Nullable;

/**
 * A request that is ready to be sent to its target. Confined to the request's event loop.
 *
 * @param call the upstream call, which has not begun
 * @param gzip whether the gateway asks for gzip on behalf of a client that did not
 */
record Dispatch(UpstreamCall call, boolean gzip) {

  /**
   * Makes the call.
   *
   * @param upstream the service that gets the request
   * @param forwarded the part of the request that is passed on
   * @param bodyLength the length of the body as it is sent
   * @param sticky the client's assignment; null if assignments do not decide
   * @param trace the call's part of the trace
   */
  static Dispatch of(
      ProxyLoop loop,
      RoutePlan route,
      Upstream upstream,
      ForwardedRequest forwarded,
      ServerStream stream,
      long bodyLength,
      @Nullable Sticky sticky,
      CallTrace trace,
      CallListener listener) {
    RequestHead head = stream.head();
    String upgrade = Upgrades.allowed(stream.upgrade());
    boolean gzip =
        upstream.gzip() && upgrade == null && route.filters().mayAskForGzip() && mayBePacked(head);
    Interception interception = upstream.interception();
    Interception.Route way = interception == null ? null : interception.choose();
    CallRequest request =
        new CallRequest(
            server ->
                forwarded.head(
                    loop.writer(),
                    upstream,
                    way == null ? server : way.server(),
                    sticky,
                    bodyLength,
                    gzip,
                    upgrade,
                    way == null ? null : way.header(),
                    trace),
            head.method().equals("HEAD"),
            bodyLength,
            bodyLength == 0 && upgrade == null && Methods.isSafe(head.method()),
            upgrade != null);
    CallListener traced = trace.around(listener);
    UpstreamCall call =
        interception == null || way == null
            ? new UpstreamCall(upstream.target(), request, traced)
            : new UpstreamCall(
                interception.target(), request, new InterceptedListener(traced, way.endpoints()));
    return new Dispatch(call, gzip);
  }

  /**
   * Whether a response may be packed although the client did not ask for gzip, because the gateway
   * can unpack it.
   */
  private static boolean mayBePacked(RequestHead head) {
    return !head.method().equals("HEAD")
        && !head.has(HeaderName.ACCEPT_ENCODING)
        && !head.has(HeaderName.RANGE)
        && !Grpc.isCall(head);
  }
}
