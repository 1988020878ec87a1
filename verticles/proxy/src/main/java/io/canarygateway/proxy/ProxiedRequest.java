package io.canarygateway.proxy;

import io.canarygateway.http.ServerStream;

/**
 * One request that has a route, and all that is known of it before it is decided. Confined to the
 * request's event loop.
 *
 * @param loop the objects that all requests of the event loop share
 * @param route the settings of the request's route
 * @param stream the request and the way back to its client
 * @param client the client
 * @param trace the request's part of its trace
 * @param forwarded the part of the request that is passed on
 * @param observer the observers of the request
 * @param body the request's body
 */
record ProxiedRequest(
    ProxyLoop loop,
    RoutePlan route,
    ServerStream stream,
    KnownClient client,
    RequestTrace trace,
    ForwardedRequest forwarded,
    RequestObserver observer,
    RequestBody body) {

  /**
   * A request of which nothing but the head was read.
   *
   * @param observers the observers of the request, to which its score and its copy may be added
   * @param startNanos the time of the request's head, by {@link System#nanoTime}
   */
  static ProxiedRequest of(
      ProxyLoop loop,
      RoutePlan route,
      ServerStream stream,
      RequestObserver observers,
      long startNanos) {
    KnownClient client = KnownClient.of(route, stream);
    String requestId = loop.accessLog().requestId(stream);
    RequestTrace trace = loop.traces().begin(stream, route, client.trusted(), requestId);
    ForwardedRequest forwarded =
        new ForwardedRequest(
            stream,
            client.trusted(),
            route,
            loop.shared().via(),
            requestId,
            trace != RequestTrace.OFF);
    RequestObserver logged =
        loop.accessLog().beside(observers, stream, route, client, requestId, trace, startNanos);
    RequestObserver observer =
        Mirror.beside(
            trace.beside(ScoredRequest.beside(logged, route, client, stream, startNanos)),
            loop,
            route,
            stream,
            forwarded,
            client,
            trace);
    return new ProxiedRequest(
        loop,
        route,
        stream,
        client,
        trace,
        forwarded,
        observer,
        new RequestBody(stream, loop.bodies(), observer, forwarded));
  }
}
