package io.canarygateway.benchmarks;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.transport.Transport;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.proxy.handler.ProxyHandler;
import io.vertx.httpproxy.HttpProxy;

/**
 * The baseline for the gateway's forwarding: a vertx-web router with vertx-web-proxy and
 * vertx-http-proxy in their default configuration. Arguments: the port to listen on and the
 * upstream's port, both on 127.0.0.1.
 */
public final class HttpProxyBaseline extends VerticleBase {

  private static final String HOST = "127.0.0.1";
  private static final int CONNECTIONS = 500;

  private final int port;
  private final int upstreamPort;

  private HttpProxyBaseline(int port, int upstreamPort) {
    this.port = port;
    this.upstreamPort = upstreamPort;
  }

  /** Starts one instance per core. */
  public static void main(String[] args) {
    int port = Integer.parseInt(args[0]);
    int upstreamPort = Integer.parseInt(args[1]);
    int cores = Runtime.getRuntime().availableProcessors();
    Transport transport =
        Transport.IO_URING != null && Transport.IO_URING.available()
            ? Transport.IO_URING
            : Transport.NIO;
    Vertx.builder()
        .with(new VertxOptions().setEventLoopPoolSize(cores))
        .withTransport(transport)
        .build()
        .deployVerticle(
            () -> new HttpProxyBaseline(port, upstreamPort),
            new DeploymentOptions().setInstances(cores))
        .await();
  }

  @Override
  public Future<?> start() {
    HttpProxy proxy =
        HttpProxy.reverseProxy(
            vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(CONNECTIONS)));
    proxy.origin(upstreamPort, HOST);
    Router router = Router.router(vertx);
    router.route().handler(ProxyHandler.create(proxy));
    return vertx.createHttpServer().requestHandler(router).listen(port, HOST);
  }
}
