package io.canarygateway.launcher;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A real main, a real canary and a real sidecar, whose behaviour a test sets. */
final class Upstreams implements AutoCloseable {

  private final Vertx vertx = Vertx.vertx();
  final Upstream main = new Upstream("main");
  final Upstream canary = new Upstream("canary");
  final Upstream sidecar = new Upstream("sidecar");

  Upstreams() {
    sidecar.answerWith(200);
  }

  /** A configuration with these targets and the sidecar. */
  JsonObject config() {
    return withoutSidecar().put("sidecar-url", sidecar.url());
  }

  JsonObject withoutSidecar() {
    return new JsonObject().put("main-target", main.url()).put("canary-target", canary.url());
  }

  Vertx vertx() {
    return vertx;
  }

  @Override
  public void close() {
    Await.result(vertx.close());
  }

  /** What one request looked like. */
  record Seen(String method, String uri, io.vertx.core.MultiMap headers, String body) {}

  final class Upstream {

    final String name;
    final List<Seen> seen = new CopyOnWriteArrayList<>();
    final AtomicInteger connections = new AtomicInteger();
    private final HttpServer server;
    private volatile Handler<HttpServerRequest> handler;

    private Upstream(String name) {
      this.name = name;
      answerWith(200);
      server =
          Await.result(
              vertx
                  .createHttpServer(new HttpServerOptions().setMaxHeaderSize(64 * 1024))
                  .connectionHandler(
                      connection -> {
                        connections.incrementAndGet();
                        connection.closeHandler(v -> connections.decrementAndGet());
                      })
                  .requestHandler(request -> handler.handle(request))
                  .listen(0, "127.0.0.1"));
    }

    int port() {
      return server.actualPort();
    }

    String url() {
      return "http://127.0.0.1:" + port();
    }

    /** Reads each request whole, notes it, answers with the upstream's name and a status. */
    void answerWith(int status) {
      answer(request -> request.response().setStatusCode(status).end(name));
    }

    /** Reads each request whole, notes it, then lets the handler answer. */
    void answer(Handler<HttpServerRequest> answer) {
      raw(
          request ->
              request
                  .body()
                  .onSuccess(
                      body -> {
                        seen.add(
                            new Seen(
                                request.method().name(),
                                request.uri(),
                                request.headers(),
                                body.toString()));
                        answer.handle(request);
                      }));
    }

    void raw(Handler<HttpServerRequest> newHandler) {
      handler = newHandler;
    }
  }
}
