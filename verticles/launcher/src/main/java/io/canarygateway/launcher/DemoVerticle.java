package io.canarygateway.launcher;

import io.canarygateway.config.DemoConfig;
import io.canarygateway.message.ListenException;
import io.canarygateway.snapshot.SnapshotSubscription;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The services of the built-in demo, all on 127.0.0.1: a main and a canary that say which they are,
 * and a sidecar that sends half of the requests to canary, by chance. Canary answers the share
 * {@code demo.canary-failure-rate} of its requests with 500, so that a release of it can be seen to
 * fail.
 */
final class DemoVerticle extends VerticleBase {

  private static final String HOST = "127.0.0.1";

  private final DemoConfig config;
  private double canaryFailureRate;

  DemoVerticle(DemoConfig config) {
    this.config = config;
  }

  @Override
  public Future<?> start() {
    return SnapshotSubscription.start(
            vertx, snapshot -> canaryFailureRate = snapshot.config().demo().canaryFailureRate())
        .compose(subscribed -> serve());
  }

  private Future<?> serve() {
    return Future.all(
        serve("main", config.mainPort(), request -> hello(request, "main")),
        serve("canary", config.canaryPort(), this::canary),
        serve(
            "sidecar",
            config.sidecarPort(),
            request ->
                request
                    .response()
                    .setStatusCode(ThreadLocalRandom.current().nextBoolean() ? 200 : 204)
                    .end()));
  }

  private void canary(HttpServerRequest request) {
    if (ThreadLocalRandom.current().nextDouble() < canaryFailureRate) {
      request.response().setStatusCode(500);
    }
    hello(request, "canary");
  }

  private static void hello(HttpServerRequest request, String name) {
    request
        .response()
        .putHeader("content-type", "text/plain")
        .end("Hello from " + name + ": " + request.method() + " " + request.uri() + "\n");
  }

  private Future<?> serve(String name, int port, Handler<HttpServerRequest> handler) {
    return ListenException.recover(
        vertx.createHttpServer().requestHandler(handler).listen(port, HOST),
        "demo." + name + "-port",
        HOST,
        port);
  }
}
