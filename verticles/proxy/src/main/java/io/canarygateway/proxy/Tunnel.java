package io.canarygateway.proxy;

import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.NetSocket;

/**
 * A connection that left HTTP by a 101, a WebSocket for example: bytes both ways with backpressure,
 * until either side closes or, as in nginx, no byte has passed for {@code idle-timeout} and some
 * seconds.
 */
final class Tunnel {

  private Tunnel() {}

  static void open(Exchange exchange, HttpClientResponse switched) {
    HttpServerResponse response = exchange.response();
    NetSocket upstream = switched.netSocket();
    upstream.pause();
    response.setStatusCode(switched.statusCode()).setStatusMessage(switched.statusMessage());
    HopByHop.copyEndToEnd(switched.headers(), response.headers());
    response.putHeader(HttpHeaders.CONNECTION, "Upgrade");
    response.putHeader(HttpHeaders.UPGRADE, switched.getHeader(HttpHeaders.UPGRADE));
    exchange.becomesTunnel();
    exchange
        .request()
        .toNetSocket()
        .onSuccess(client -> join(client, upstream))
        .onFailure(
            failure -> {
              upstream.close();
              exchange.request().connection().close();
            });
  }

  private static void join(NetSocket client, NetSocket upstream) {
    pipe(client, upstream);
    pipe(upstream, client);
    upstream.resume();
  }

  private static void pipe(NetSocket from, NetSocket to) {
    from.handler(
        chunk -> {
          to.write(chunk);
          if (to.writeQueueFull()) {
            from.pause();
            to.drainHandler(v -> from.resume());
          }
        });
    from.exceptionHandler(failure -> to.close());
    from.closeHandler(v -> to.close());
  }
}
