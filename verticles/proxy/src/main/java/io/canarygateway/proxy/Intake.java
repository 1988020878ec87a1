package io.canarygateway.proxy;

import io.canarygateway.http.Fault;
import io.canarygateway.http.Head;
import io.canarygateway.http.Http2Abuse;
import io.canarygateway.http.ProxyRefusal;
import io.canarygateway.http.RequestHead;
import io.canarygateway.http.ServerHandler;
import io.canarygateway.http.ServerStream;
import io.canarygateway.route.NormalPath;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The receiver of one event loop's requests. It answers some itself, redirects among them, and
 * begins an {@link Exchange} for each other one.
 */
final class Intake implements ServerHandler {

  private static final String HEALTH_PATH = "/application/health";
  private static final byte[] OK = "OK".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NOTHING = {};

  /** The path of an OPTIONS request about the server as a whole. */
  private static final String WHOLE_SERVER = "*";

  private final ProxyLoop loop;
  private final ProxyRefusalLog proxyRefusals = new ProxyRefusalLog();
  private RoutingPlan plan;

  @SuppressWarnings("NullAway.Init") // The plan is set by use, before the first request.
  Intake(ProxyLoop loop) {
    this.loop = loop;
  }

  /** Uses a plan for each request from now on. */
  void use(RoutingPlan newPlan) {
    plan = newPlan;
  }

  @Override
  public void request(ServerStream stream) {
    String method = stream.head().method();
    if (method.equals("CONNECT") || method.equals("TRACE")) {
      stream.closeAfter();
      refuse(stream, null, GatewayError.METHOD_NOT_ALLOWED);
    } else if (MaxForwards.endsHere(stream.head())) {
      answerOptions(stream, null);
    } else if (stream.head().pathIs(HEALTH_PATH)) {
      answer(stream, OK);
    } else if (loop.shared().via().hasPassed(stream.head())) {
      refuse(stream, null, GatewayError.LOOP_DETECTED);
    } else {
      match(stream);
    }
  }

  @Override
  public void malformed(ServerStream stream, Fault fault) {
    refuse(stream, null, GatewayError.of(fault));
  }

  @Override
  public void abused(Http2Abuse kind) {
    loop.shared().metrics().abused(kind);
  }

  @Override
  public void handshakeFailed() {
    loop.shared().metrics().handshakeFailed();
  }

  @Override
  public boolean mayNameClients(@Nullable InetAddress peer) {
    return plan.config().routing().trusts(peer);
  }

  @Override
  public void proxyRefused(ProxyRefusal why, @Nullable InetAddress peer) {
    loop.shared().metrics().proxyRefused(why);
    proxyRefusals.refused(why, peer);
  }

  /** Finds the request's route. Without routes but the default one, nothing is compared. */
  private void match(ServerStream stream) {
    RoutePlan route = plan.byDefault();
    String path = "";
    if (plan.needsNormalPath()) {
      RequestHead head = stream.head();
      path = TargetPath.isOfServer(head) ? WHOLE_SERVER : NormalPath.of(head.path());
      if (path == null) {
        refuse(stream, null, GatewayError.BAD_REQUEST);
        return;
      }
      route = plan.find(new MatchedHead(head), path);
    }
    if (route == null) {
      refuse(stream, null, GatewayError.NOT_FOUND);
      return;
    }
    Redirection redirection = route.filters().redirection();
    if (redirection == null) {
      admit(stream, route);
    } else if (path.equals(WHOLE_SERVER)) {
      answerOptions(stream, route); // There is no URL of a whole server to redirect to.
    } else {
      redirect(stream, route, redirection, path);
    }
  }

  /** Answers with a redirect, before anything is decided and without an upstream. */
  private void redirect(ServerStream stream, RoutePlan route, Redirection to, String path) {
    boolean trusted = route.routing().trusts(stream.clientAddress().ip());
    boolean https = RequestScheme.isHttps(stream, trusted);
    String location = to.location(stream.head(), path, https);
    if (location == null) {
      refuse(stream, route, GatewayError.BAD_REQUEST);
      return;
    }
    route.meters().redirected();
    log(stream, route, to.status(), 0);
    loop.writer().begin().text("HTTP/1.1 ").number(to.status()).text(" ").text(to.reason());
    loop.writer().endLine().bytes(loop.dates().line()).header("Location", location);
    respond(stream, NOTHING);
  }

  private void admit(ServerStream stream, RoutePlan route) {
    long wait = route.limit() == null ? 0 : route.limit().take(stream);
    if (wait > 0) {
      route.meters().rateLimited().increment();
      refuse(stream, route, GatewayError.RATE_LIMITED, Duration.ofNanos(wait));
      return;
    }
    GatewayError refusal = route.refusal(stream);
    if (refusal != null) {
      refuse(stream, route, refusal);
      return;
    }
    long limit = plan.config().routing().maxRequestsInFlight();
    int inFlight = loop.shared().gauges().requests().incrementAndGet();
    if (limit > 0 && inFlight > limit) {
      loop.shared().gauges().requests().decrementAndGet();
      refuse(stream, route, GatewayError.OVERLOADED);
      return;
    }
    RequestObserver metrics = route.meters();
    RequestObserver observer =
        plan.extraObserver(stream.head())
            .<RequestObserver>map(extra -> new Observers(metrics, extra))
            .orElse(metrics);
    new Exchange(loop, route, stream, observer).begin();
  }

  private void refuse(ServerStream stream, @Nullable RoutePlan route, GatewayError error) {
    refuse(stream, route, error, Duration.ZERO);
  }

  private void refuse(
      ServerStream stream, @Nullable RoutePlan route, GatewayError error, Duration retryAfter) {
    loop.shared().metrics().refused(error);
    log(stream, route, error.sentStatus(stream), error.sentBytes(stream));
    error.send(stream, error.head(loop.writer(), stream, retryAfter));
  }

  private void log(ServerStream stream, @Nullable RoutePlan route, int status, int length) {
    String traceId =
        loop.traces()
            .answered(
                stream, route, route == null ? plan.config().routing() : route.routing(), status);
    loop.accessLog()
        .answered(stream, route == null ? null : route.config().name(), traceId, status, length);
  }

  /** Answers an OPTIONS request that goes no further. */
  private void answerOptions(ServerStream stream, @Nullable RoutePlan route) {
    log(stream, route, 200, 0);
    answer(stream, NOTHING);
  }

  /** Answers 200 without asking an upstream. */
  private void answer(ServerStream stream, byte[] body) {
    loop.writer().begin().text("HTTP/1.1 200 OK").endLine().bytes(loop.dates().line());
    if (body.length > 0) {
      loop.writer().header("Content-Type", "text/plain; charset=utf-8");
    } else {
      loop.writer().header("Allow", GatewayError.ALLOWED_METHODS);
    }
    respond(stream, body);
  }

  /** Ends the head that was begun, and sends it with a body. */
  private void respond(ServerStream stream, byte[] body) {
    loop.writer().text("Content-Length: ").number(body.length).endLine();
    String connection = stream.connectionHeader(body.length);
    if (connection != null) {
      loop.writer().header("Connection", connection);
    }
    stream.respond(loop.writer().end(ByteBufAllocator.DEFAULT, body.length), body.length);
    if (body.length > 0 && !stream.head().method().equals("HEAD")) {
      stream.write(Unpooled.wrappedBuffer(body));
    }
    stream.finish(Head.NONE);
  }
}
