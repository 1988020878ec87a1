package io.canarygateway.interceptor;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.proxy.handler.ProxyHandler;
import io.vertx.httpproxy.HttpProxy;
import io.vertx.httpproxy.ProxyInterceptor;
import io.vertx.httpproxy.ProxyOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A vertx-web router with vertx-web-proxy and interceptors. Confined to one event loop.
 *
 * @param client the connections to targets
 * @param proxy the proxy behind the router
 */
record Carrier(HttpClient client, HttpProxy proxy, Router router) {

  /**
   * A carrier without connections yet.
   *
   * @param interceptors the interceptors, in the order in which they see a request
   * @param current the request that a connection carries, which knows its target
   */
  static Carrier create(
      Vertx vertx,
      HttpClient client,
      List<ProxyInterceptor> interceptors,
      Function<HttpConnection, Carried> current) {
    HttpProxy proxy =
        HttpProxy.reverseProxy(new ProxyOptions().setSupportWebSocket(false), client)
            .origin(
                context ->
                    current.apply(context.request().proxiedRequest().connection()).connect(client))
            .addInterceptor(new RequestContext(current));
    interceptors.forEach(proxy::addInterceptor);
    proxy.addInterceptor(new TargetResponse(current));
    Router router = Router.router(vertx);
    router.route().handler(ProxyHandler.create(proxy));
    return new Carrier(client, proxy, router);
  }

  /**
   * Carries a request. A router refuses what the gateway passes on: {@code OPTIONS *}, and a {@code
   * Host} header such as {@code x:99999}. Such requests go round it.
   */
  void carry(HttpServerRequest request) {
    if (request.uri().startsWith("/") && request.authority() != null) {
      router.handle(request);
    } else {
      proxy.handle(request);
    }
  }

  /** Closes idle connections now, and the others after their requests, or when the grace ends. */
  void retire(Duration grace) {
    client.shutdown(grace.toMillis(), TimeUnit.MILLISECONDS);
  }
}
