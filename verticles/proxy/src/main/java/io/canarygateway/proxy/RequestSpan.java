package io.canarygateway.proxy;

import io.canarygateway.http.RequestHead;
import io.canarygateway.http.ServerStream;
import io.opentelemetry.api.trace.SpanBuilder;
import org.jspecify.annotations.Nullable;

/** What the span of a request says of it from the beginning. Stateless. */
final class RequestSpan {

  private RequestSpan() {}

  /**
   * Sets the attributes. The query is left out, because it may hold credentials.
   *
   * @param trusted whether the client is a trusted proxy, whose headers about others count
   * @param route the name of the route; null if there is none
   * @param requestId the request's id; null if it has none
   */
  static void describe(
      SpanBuilder span,
      ServerStream stream,
      boolean trusted,
      @Nullable String route,
      @Nullable String requestId) {
    RequestHead head = stream.head();
    String method = head.method();
    String known = TraceMethods.known(method);
    span.setAttribute(TraceKeys.METHOD, known);
    if (!known.equals(method)) {
      span.setAttribute(TraceKeys.METHOD_ORIGINAL, method);
    }
    span.setAttribute(TraceKeys.PATH, TargetPath.isOfServer(head) ? "*" : head.path());
    span.setAttribute(TraceKeys.SCHEME, RequestScheme.isHttps(stream, trusted) ? "https" : "http");
    span.setAttribute(TraceKeys.VERSION, head.http2() ? "2" : head.http10() ? "1.0" : "1.1");
    span.setAttribute(TraceKeys.CLIENT, stream.clientAddress().text());
    HostPort server = HostPort.of(head.host());
    if (server != null) {
      String host = server.host();
      span.setAttribute(
          TraceKeys.SERVER, host.startsWith("[") ? host.substring(1, host.length() - 1) : host);
      if (server.port() != HostPort.NO_PORT) {
        span.setAttribute(TraceKeys.SERVER_PORT, (long) server.port());
      }
    }
    if (route != null) {
      span.setAttribute(TraceKeys.ROUTE, route);
    }
    if (requestId != null) {
      span.setAttribute(TraceKeys.REQUEST_ID, requestId);
    }
  }
}
