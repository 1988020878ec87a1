package io.canarygateway.launcher;

import io.canarygateway.extension.InterceptorFactory;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.httpproxy.Body;
import io.vertx.httpproxy.ProxyContext;
import io.vertx.httpproxy.ProxyInterceptor;
import io.vertx.httpproxy.ProxyResponse;

/** An interceptor as a user writes it. It marks what it sees, and fails for some paths. */
public final class TestInterceptors implements InterceptorFactory<ProxyInterceptor> {

  static final String NAME = "marks";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public ProxyInterceptor create(String settings) {
    return new Marks();
  }

  private static final class Marks implements ProxyInterceptor {

    @Override
    public Future<ProxyResponse> handleProxyRequest(ProxyContext context) {
      String uri = context.request().getURI();
      if (uri.equals("/throw")) {
        throw new IllegalStateException("thrown");
      }
      if (uri.equals("/fail")) {
        return Future.failedFuture("failed");
      }
      if (uri.equals("/answer")) {
        return Future.succeededFuture(
            context
                .request()
                .release()
                .response()
                .setStatusCode(418)
                .setBody(Body.body(Buffer.buffer("teapot"))));
      }
      context.request().putHeader("X-Route", context.get(ROUTE, String.class));
      context.request().putHeader("X-Target", context.get(TARGET, String.class));
      return context.sendRequest();
    }

    @Override
    public Future<Void> handleProxyResponse(ProxyContext context) {
      if (context.request().getURI().equals("/fail-response")) {
        return Future.failedFuture("failed");
      }
      context.response().putHeader("X-Marked", "yes");
      return context.sendResponse();
    }
  }
}
