package io.canarygateway.interceptor;

import io.canarygateway.message.ComponentHealth.Status;
import io.canarygateway.message.HealthReporter;
import io.canarygateway.message.InterceptedCall;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.httpproxy.ProxyInterceptor;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The {@link Carrier}s of one event loop, by what they differ in. Each is made with the first
 * request that needs it. Confined to that event loop.
 */
final class Carriers {

  /** More than a gateway has routes with interceptors; the one used longest ago is closed. */
  private static final int MOST = 256;

  private static final int MAX_RESPONSE_HEAD = 64 * 1024;
  private static final int UNAVAILABLE = 503;

  /** How long requests of a carrier that is not needed any more may go on. */
  private static final Duration GRACE = Duration.ofMinutes(10);

  /**
   * What carriers differ in.
   *
   * @param interceptors the names of the interceptors
   * @param idleSeconds how long idle connections to targets are kept
   * @param maxConns the largest number of connections to an address
   */
  private record Key(List<String> interceptors, int idleSeconds, int maxConns) {

    static Key of(InterceptedCall call) {
      return new Key(
          call.interceptors(),
          (int) Math.max(1, Math.min(Integer.MAX_VALUE / 1_000, call.idleTimeout().toSeconds())),
          call.maxConns());
    }
  }

  private final Vertx vertx;
  private final Factories factories;
  private final Function<HttpConnection, Carried> current;
  private final HealthReporter health;
  private final Map<String, Future<ProxyInterceptor>> interceptors = new HashMap<>();
  private final Map<Key, Future<Carrier>> carriers =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Future<Carrier>> eldest) {
          boolean removed = size() > MOST;
          if (removed) {
            eldest.getValue().onSuccess(carrier -> carrier.retire(GRACE));
          }
          return removed;
        }
      };

  /**
   * No carriers yet.
   *
   * @param current the request that a connection carries
   */
  Carriers(
      Vertx vertx,
      Factories factories,
      Function<HttpConnection, Carried> current,
      HealthReporter health) {
    this.vertx = vertx;
    this.factories = factories;
    this.current = current;
    this.health = health;
  }

  /** Carries a request to its target. */
  void carry(HttpServerRequest request, Carried carried) {
    Future<Carrier> carrier = of(Key.of(carried.call()));
    if (carrier.succeeded()) {
      carrier.result().carry(request);
      return;
    }
    request.pause();
    carrier.onComplete(
        made -> {
          if (!carried.isOver()) {
            made.carry(request);
          }
        },
        failure -> {
          if (!carried.isOver()) {
            request.resume();
            request.response().setStatusCode(UNAVAILABLE).end();
          }
        });
  }

  private Future<Carrier> of(Key key) {
    Future<Carrier> known = carriers.get(key);
    if (known == null) {
      known = make(key);
      carriers.put(key, known);
      known.onFailure(failure -> carriers.remove(key));
    }
    return known;
  }

  private Future<Carrier> make(Key key) {
    return Future.all(key.interceptors().stream().map(this::interceptor).toList())
        .map(all -> newCarrier(key, all.list()))
        .onComplete(
            carrier -> health.report(InterceptorVerticle.COMPONENT, Status.UP, ""),
            failure ->
                health.report(
                    InterceptorVerticle.COMPONENT,
                    Status.DEGRADED,
                    String.valueOf(failure.getMessage())));
  }

  /** The event loop's interceptor of a name, which is made once; again only after a failure. */
  private Future<ProxyInterceptor> interceptor(String name) {
    Future<ProxyInterceptor> known = interceptors.get(name);
    if (known == null) {
      known =
          vertx
              .executeBlocking(() -> factories.create(name))
              .map(made -> new LoggedInterceptor(name, made, current));
      interceptors.put(name, known);
      known.onFailure(failure -> interceptors.remove(name));
    }
    return known;
  }

  private Carrier newCarrier(Key key, List<ProxyInterceptor> chain) {
    return Carrier.create(
        vertx,
        vertx.createHttpClient(
            new HttpClientOptions()
                .setKeepAliveTimeout(key.idleSeconds())
                .setMaxHeaderSize(MAX_RESPONSE_HEAD)
                .setMaxInitialLineLength(MAX_RESPONSE_HEAD)
                .setTcpKeepAlive(true),
            new PoolOptions().setHttp1MaxSize(Math.max(1, key.maxConns()))),
        chain,
        current);
  }

  /** Closes all connections to targets. */
  void close() {
    carriers.values().forEach(each -> each.onSuccess(carrier -> carrier.retire(Duration.ZERO)));
    carriers.clear();
  }
}
