package io.canarygateway.interceptor;

import io.canarygateway.extension.InterceptorFactory;
import io.canarygateway.message.InterceptedCall;
import io.vertx.core.Future;
import io.vertx.core.http.HttpConnection;
import io.vertx.httpproxy.ProxyContext;
import io.vertx.httpproxy.ProxyInterceptor;
import io.vertx.httpproxy.ProxyResponse;
import java.util.function.Function;

/**
 * The gateway's own interceptor before those of users: it tells them route and target.
 *
 * @param current the request that a connection carries
 */
record RequestContext(Function<HttpConnection, Carried> current) implements ProxyInterceptor {

  @Override
  public Future<ProxyResponse> handleProxyRequest(ProxyContext context) {
    InterceptedCall call = current.apply(context.request().proxiedRequest().connection()).call();
    context.set(InterceptorFactory.ROUTE, call.route());
    context.set(InterceptorFactory.TARGET, call.target());
    return context.sendRequest();
  }
}
