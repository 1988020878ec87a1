package io.canarygateway.interceptor;

import io.vertx.core.Future;
import io.vertx.core.http.HttpConnection;
import io.vertx.httpproxy.ProxyContext;
import io.vertx.httpproxy.ProxyInterceptor;
import io.vertx.httpproxy.ProxyResponse;
import java.util.function.Function;

/**
 * The gateway's own interceptor behind those of users: it completes the target's response before
 * they see it.
 *
 * @param current the request that a connection carries
 */
record TargetResponse(Function<HttpConnection, Carried> current) implements ProxyInterceptor {

  @Override
  public Future<ProxyResponse> handleProxyRequest(ProxyContext context) {
    Carried carried = current.apply(context.request().proxiedRequest().connection());
    return context
        .sendRequest()
        .map(
            response -> {
              carried.cacheHeaders().restore(response.headers());
              return response;
            });
  }
}
