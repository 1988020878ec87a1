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
 * @param forwarded the part of the request that is passed on
 * @param observer the observers of the request
 * @param body the request's body
 */
record ProxiedRequest(
    ProxyLoop loop,
    RoutePlan route,
    ServerStream stream,
    KnownClient client,
    ForwardedRequest forwarded,
    RequestObserver observer,
    RequestBody body) {

  /**
   * A request of which nothing but the head was read.
   *
   * @param observers the observers of the request, to which that of a copy may be added
   */
  static ProxiedRequest of(
      ProxyLoop loop, RoutePlan route, ServerStream stream, RequestObserver observers) {
    KnownClient client = KnownClient.of(route, stream);
    ForwardedRequest forwarded =
        new ForwardedRequest(stream, client.trusted(), route, loop.shared().via());
    RequestObserver observer = Mirror.beside(observers, loop, route, stream, forwarded, client);
    return new ProxiedRequest(
        loop,
        route,
        stream,
        client,
        forwarded,
        observer,
        new RequestBody(stream, loop.bodies(), observer));
  }
}
