package io.canarygateway.proxy;

import io.canarygateway.client.FailureLog;
import io.canarygateway.config.ServerConfig;
import io.canarygateway.decision.Target;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;

/** Takes each request of one event loop: answers it here, or begins its {@link Exchange}. */
final class ProxyHandler implements Handler<HttpServerRequest> {

  private static final String HEALTH_PATH = "/application/health";

  private final Vertx vertx;
  private final ServerConfig server;
  private final ProxyShared shared;
  private final Decider decider;
  private final ClientConnections connections;
  private final Watchdog watchdog;
  private final FailureLog mainFailures = new FailureLog(Target.MAIN.label());
  private final FailureLog canaryFailures = new FailureLog(Target.CANARY.label());
  private RoutingPlan plan;
  private boolean draining;

  ProxyHandler(
      Vertx vertx, ServerConfig server, ProxyShared shared, ClientConnections connections) {
    this.vertx = vertx;
    this.server = server;
    this.shared = shared;
    this.decider = new Decider(shared.breaker());
    this.connections = connections;
    this.watchdog = new Watchdog(vertx);
  }

  /** Makes a plan count for every request from now on. */
  void use(RoutingPlan newPlan) {
    plan = newPlan;
  }

  /** From now on responses tell their clients to close. */
  void drain() {
    draining = true;
  }

  boolean draining() {
    return draining;
  }

  Vertx vertx() {
    return vertx;
  }

  ServerConfig server() {
    return server;
  }

  ProxyShared shared() {
    return shared;
  }

  Watchdog watchdog() {
    return watchdog;
  }

  FailureLog failures(Target target) {
    return target == Target.MAIN ? mainFailures : canaryFailures;
  }

  Decider decider() {
    return decider;
  }

  @Override
  public void handle(HttpServerRequest request) {
    RequestBody body = new RequestBody(request, shared.budget());
    if (!body.isEmpty()) {
      request.pause();
    }
    Exchange exchange =
        new Exchange(this, plan, request, body, connections.of(request.connection()));
    long limit = plan.routing().maxRequestsInFlight();
    int inFlight = shared.gauges().requests().incrementAndGet();
    GatewayError fault = faultOf(request);
    if (fault != null) {
      exchange.closeAfterResponse();
      exchange.fail(fault);
    } else if (HEALTH_PATH.equals(request.path())) {
      exchange.answerHealth();
    } else if (limit > 0 && inFlight > limit) {
      exchange.fail(GatewayError.OVERLOADED);
    } else {
      exchange.begin();
    }
  }

  /** Answers what the HTTP decoder could not read. */
  void refuse(HttpServerRequest request) {
    Throwable cause = request.decoderResult().cause();
    GatewayError error =
        cause instanceof TooLongHttpLineException
            ? GatewayError.URI_TOO_LONG
            : cause instanceof TooLongHttpHeaderException
                ? GatewayError.HEADERS_TOO_LARGE
                : GatewayError.BAD_REQUEST;
    shared.metrics().failed(error);
    request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    error.send(request.response()).onComplete(written -> request.connection().close());
  }

  /** What HTTP/1.1 asks a server to refuse, and what would let two servers disagree on a body. */
  private static GatewayError faultOf(HttpServerRequest request) {
    if (request.method() == HttpMethod.CONNECT) {
      return GatewayError.METHOD_NOT_ALLOWED;
    }
    int hosts = request.headers().getAll(HttpHeaders.HOST).size();
    if (hosts > 1 || hosts == 0 && request.version() == HttpVersion.HTTP_1_1) {
      return GatewayError.BAD_REQUEST;
    }
    String coding = request.getHeader(HttpHeaders.TRANSFER_ENCODING);
    if (coding != null && !HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(coding)) {
      return GatewayError.NOT_IMPLEMENTED;
    }
    return null;
  }
}
