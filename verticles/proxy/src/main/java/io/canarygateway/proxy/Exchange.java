package io.canarygateway.proxy;

import io.canarygateway.config.HttpUrl;
import io.canarygateway.config.RolloutConfig;
import io.canarygateway.config.RoutingConfig;
import io.canarygateway.config.SidecarBody;
import io.canarygateway.decision.DecisionReason;
import io.canarygateway.decision.Strategy;
import io.canarygateway.decision.Target;
import io.canarygateway.message.SidecarRequest;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/**
 * One request from its head to the end of its response: decides where it goes, has it forwarded,
 * and sees to it that what it holds (a place in flight, room in the breaker, buffered bytes) is
 * given back once, however it ends. All calls come from the request's event loop.
 */
final class Exchange {

  /**
   * How long a client may go on sending a body that nobody reads, so that it can see its response.
   */
  private static final long LINGER_MS = 1_000;

  private final ProxyHandler proxy;
  private final RoutingPlan plan;
  private final HttpServerRequest request;
  private final RequestBody body;
  private final ClientConnections.ClientConnection connection;
  private final RequestTarget target;
  private final long startNanos = System.nanoTime();
  private Decided decided;
  private Sticky sticky;
  private Forwarding forwarding;
  private TrafficDump dump;
  private Watchdog.Watched bodyWatch;
  private boolean invited;
  private boolean closeAfter;
  private boolean done;

  Exchange(
      ProxyHandler proxy,
      RoutingPlan plan,
      HttpServerRequest request,
      RequestBody body,
      ClientConnections.ClientConnection connection) {
    this.proxy = proxy;
    this.plan = plan;
    this.request = request;
    this.body = body;
    this.connection = connection;
    this.target = RequestTarget.of(request, plan.routing().trimPrefix());
    connection.begin(this);
    request.exceptionHandler(failure -> clientGone());
    request.response().exceptionHandler(failure -> clientGone());
  }

  /** Decides and forwards. */
  void begin() {
    RoutingConfig routing = plan.routing();
    RolloutConfig rollout = plan.config().rollout();
    boolean trusted = trustsPeer();
    if (routing.strategy() == Strategy.ROLLOUT) {
      sticky = Sticky.of(request, rollout, trusted, plan.assigner());
    }
    String xCanary = routing.honoursXCanary(trusted) ? request.getHeader("X-Canary") : null;
    Ruling ruling =
        proxy.decider().withoutSidecar(xCanary, routing, rollout.canary(), () -> sticky);
    if (ruling instanceof Decided now) {
      forward(now);
    } else if (body.isEmpty() || routing.sidecarBody() == SidecarBody.NONE) {
      askSidecar();
    } else {
      collectBody();
    }
  }

  /** Answers {@code /application/health}. */
  void answerHealth() {
    beforeHead();
    finishing();
    endOf(request.response().end("OK"));
  }

  /** Answers with an error of the gateway's own. */
  void fail(GatewayError error) {
    if (done) {
      return;
    }
    proxy.shared().metrics().failed(error);
    beforeHead();
    finishing();
    Future<Void> written = error.send(request.response());
    endOf(written);
  }

  /** Cuts the client's connection, since a response that began cannot be completed. */
  void cutOff() {
    if (!done) {
      finishing();
      request.connection().close();
    }
  }

  /** The client went away. */
  void clientGone() {
    if (done) {
      return;
    }
    proxy.shared().metrics().clientAborted();
    if (forwarding != null) {
      forwarding.cancel();
    }
    finishing();
  }

  /** The connection cannot be used after this response. */
  void closeAfterResponse() {
    closeAfter = true;
  }

  /** To be called before a response's head is written: says whether the connection stays open. */
  void beforeHead() {
    closeAfter |=
        proxy.draining() || !body.ended() || HopByHop.connectionHas(request.headers(), "close");
    if (closeAfter) {
      request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
  }

  /** To be called before the response's end is written: gives back all that the exchange holds. */
  void finishing() {
    done = true;
    forgetBodyWatch();
    body.release();
    proxy.shared().gauges().requests().decrementAndGet();
    connection.end(this);
    if (decided != null) {
      settle(false);
      proxy.shared().metrics().finished(target(), System.nanoTime() - startNanos);
    }
    if (dump != null) {
      dump.finish();
    }
  }

  /** To be called with the write of the response's end. */
  void endOf(Future<Void> written) {
    if (!closeAfter) {
      return;
    }
    if (body.ended()) {
      written.onComplete(done -> request.connection().close());
    } else {
      linger();
    }
  }

  /** Settles the room held in the breaker; only the first call counts. */
  void settle(boolean canaryFailed) {
    decided.reservation().settle(canaryFailed);
  }

  boolean done() {
    return done;
  }

  Target target() {
    return decided.decision().target();
  }

  RoutingPlan plan() {
    return plan;
  }

  ProxyHandler proxy() {
    return proxy;
  }

  HttpServerRequest request() {
    return request;
  }

  HttpServerResponse response() {
    return request.response();
  }

  RequestBody body() {
    return body;
  }

  /** The client's assignment; null unless the strategy is rollout. */
  Sticky sticky() {
    return sticky;
  }

  TrafficDump dump() {
    return dump;
  }

  /** The request line's target for a server: its base path and query joined with the request's. */
  String uriFor(HttpUrl url) {
    return url.join(target.path(), target.query());
  }

  /** Whether the peer's own word about others is believed. */
  boolean trustsPeer() {
    RoutingConfig routing = plan.routing();
    return routing.trustedProxies() == null
        || routing.trusts(Peers.addressOf(request.connection()));
  }

  /** Leaves HTTP: the connection is not watched any more. */
  void becomesTunnel() {
    finishing();
    connection.forget();
  }

  /** Tells a client that waits for it to send its body. */
  void invite() {
    if (!invited && HopByHop.hasToken(request.getHeader(HttpHeaders.EXPECT), "100-continue")) {
      invited = true;
      request.response().writeContinue();
    }
  }

  private void collectBody() {
    invite();
    bodyWatch = this::checkBody;
    proxy.watchdog().watch(bodyWatch);
    body.collect(
        plan.routing().sidecarMaxBody(),
        outcome -> {
          forgetBodyWatch();
          if (done) {
            return;
          }
          switch (outcome) {
            case COMPLETE -> askSidecar();
            case TOO_LARGE -> forward(Decided.toMain(DecisionReason.BODY_TOO_LARGE));
            case NO_ROOM -> forward(Decided.toMain(DecisionReason.BODY_NO_ROOM));
          }
        });
  }

  private void forgetBodyWatch() {
    if (bodyWatch != null) {
      proxy.watchdog().forget(bodyWatch);
      bodyWatch = null;
    }
  }

  private void checkBody(long now) {
    if (now - body.progressNanos() >= proxy.server().readTimeout().toNanos()) {
      fail(GatewayError.REQUEST_TIMEOUT);
    }
  }

  private void askSidecar() {
    SidecarRequest ask =
        new SidecarRequest(
            request.method().name(),
            target.path(),
            target.query() == null ? "" : target.query(),
            ForwardedHeaders.toSidecar(request, trustsPeer()),
            body.whole(),
            plan.config().sidecarUrl().map(HttpUrl::toString).orElse(""));
    proxy
        .vertx()
        .eventBus()
        .request(plan.sidecarAddress(), ask, plan.sidecarOptions())
        .onComplete(this::sidecarSaid);
  }

  private void sidecarSaid(AsyncResult<Message<Object>> result) {
    if (!done) {
      forward(proxy.decider().bySidecar(BusReplies.of(result), plan.routing()));
    }
  }

  private void forward(Decided ruling) {
    decided = ruling;
    proxy.shared().metrics().decided(ruling.decision());
    if (plan.debug()) {
      dump = TrafficDump.of(plan.config().log(), target(), request);
      body.forEach(dump::requestChunk);
    }
    forwarding = new Forwarding(this, plan.upstream(target()));
    forwarding.begin();
  }

  /** Reads and drops what the client still sends, for a while, then closes the connection. */
  private void linger() {
    request.handler(chunk -> {});
    request.endHandler(v -> request.connection().close());
    request.resume();
    proxy.vertx().setTimer(LINGER_MS, id -> request.connection().close());
  }

  /** The methods that may be sent twice without being asked. */
  boolean replayable() {
    HttpMethod method = request.method();
    return body.isEmpty()
        && (method == HttpMethod.GET
            || method == HttpMethod.HEAD
            || method == HttpMethod.OPTIONS
            || method == HttpMethod.TRACE);
  }
}
