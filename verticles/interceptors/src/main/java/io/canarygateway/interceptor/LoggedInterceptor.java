package io.canarygateway.interceptor;

import io.vertx.core.Future;
import io.vertx.core.http.HttpConnection;
import io.vertx.httpproxy.ProxyContext;
import io.vertx.httpproxy.ProxyInterceptor;
import io.vertx.httpproxy.ProxyResponse;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An interceptor of users whose failures are logged, at most one a second. An exception counts as a
 * failure. Confined to one event loop.
 */
final class LoggedInterceptor implements ProxyInterceptor {

  private static final Logger LOG = LoggerFactory.getLogger(LoggedInterceptor.class);
  private static final long LOG_EVERY_NANOS = 1_000_000_000L;

  private final String name;
  private final ProxyInterceptor interceptor;
  private final Function<HttpConnection, Carried> current;
  private long loggedNanos = System.nanoTime() - LOG_EVERY_NANOS;
  private int unlogged;

  /**
   * An interceptor.
   *
   * @param current the request that a connection carries
   */
  LoggedInterceptor(
      String name, ProxyInterceptor interceptor, Function<HttpConnection, Carried> current) {
    this.name = name;
    this.interceptor = interceptor;
    this.current = current;
  }

  @Override
  public Future<ProxyResponse> handleProxyRequest(ProxyContext context) {
    return run(context, () -> interceptor.handleProxyRequest(context));
  }

  @Override
  public Future<Void> handleProxyResponse(ProxyContext context) {
    return run(context, () -> interceptor.handleProxyResponse(context));
  }

  private <T> Future<T> run(ProxyContext context, Supplier<Future<T>> step) {
    Carried carried = current.apply(context.request().proxiedRequest().connection());
    return Future.<T>future(promise -> step.get().onComplete(promise))
        .onFailure(failure -> failed(carried, failure));
  }

  /** Logs a failure, unless it is the target's or another interceptor has it already. */
  private void failed(Carried carried, Throwable failure) {
    if (!carried.blame()) {
      return;
    }
    unlogged++;
    long now = System.nanoTime();
    if (now - loggedNanos >= LOG_EVERY_NANOS) {
      LOG.atWarn()
          .addKeyValue("interceptor", name)
          .addKeyValue("route", carried.call().route())
          .addKeyValue("count", unlogged)
          .setCause(failure)
          .log("interceptor failed");
      loggedNanos = now;
      unlogged = 0;
    }
  }
}
