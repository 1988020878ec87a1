package io.canarygateway.proxy;

import io.canarygateway.http.Fault;
import io.canarygateway.http.Head;
import io.canarygateway.http.RequestHead;
import io.canarygateway.http.ServerHandler;
import io.canarygateway.http.ServerStream;
import io.canarygateway.route.NormalPath;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;

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
      refuse(stream, GatewayError.METHOD_NOT_ALLOWED);
    } else if (MaxForwards.endsHere(stream.head())) {
      answer(stream, NOTHING);
    } else if (stream.head().pathIs(HEALTH_PATH)) {
      answer(stream, OK);
    } else if (loop.shared().via().hasPassed(stream.head())) {
      refuse(stream, GatewayError.LOOP_DETECTED);
    } else {
      match(stream);
    }
  }

  @Override
  public void malformed(ServerStream stream, Fault fault) {
    refuse(stream, GatewayError.of(fault));
  }

  /** Finds the request's route. Without routes but the default one, nothing is compared. */
  private void match(ServerStream stream) {
    RoutePlan route = plan.byDefault();
    String path = "";
    if (plan.needsNormalPath()) {
      RequestHead head = stream.head();
      path = TargetPath.isOfServer(head) ? WHOLE_SERVER : NormalPath.of(head.path());
      if (path == null) {
        refuse(stream, GatewayError.BAD_REQUEST);
        return;
      }
      route = plan.find(new MatchedHead(head), path);
    }
    if (route == null) {
      refuse(stream, GatewayError.NOT_FOUND);
      return;
    }
    Redirection redirection = route.filters().redirection();
    if (redirection == null) {
      admit(stream, route);
    } else if (path.equals(WHOLE_SERVER)) {
      answer(stream, NOTHING); // There is no URL of a whole server to redirect to.
    } else {
      redirect(stream, route, redirection, path);
    }
  }

  /** Answers with a redirect, before anything is decided and without an upstream. */
  private void redirect(ServerStream stream, RoutePlan route, Redirection to, String path) {
    boolean trusted = route.routing().trusts(stream.clientAddress().ip());
    boolean https = RequestScheme.isHttps(stream.head(), trusted);
    String location = to.location(stream.head(), path, https);
    if (location == null) {
      refuse(stream, GatewayError.BAD_REQUEST);
      return;
    }
    route.meters().redirected();
    loop.writer().begin().text("HTTP/1.1 ").number(to.status()).text(" ").text(to.reason());
    loop.writer().endLine().bytes(loop.dates().line()).header("Location", location);
    respond(stream, NOTHING);
  }

  private void admit(ServerStream stream, RoutePlan route) {
    GatewayError refusal = route.refusal(stream);
    if (refusal != null) {
      refuse(stream, refusal);
      return;
    }
    long limit = plan.config().routing().maxRequestsInFlight();
    int inFlight = loop.shared().gauges().requests().incrementAndGet();
    if (limit > 0 && inFlight > limit) {
      loop.shared().gauges().requests().decrementAndGet();
      refuse(stream, GatewayError.OVERLOADED);
      return;
    }
    RequestObserver metrics = route.meters();
    RequestObserver observer =
        plan.extraObserver(stream.head())
            .<RequestObserver>map(extra -> new Observers(List.of(metrics, extra)))
            .orElse(metrics);
    new Exchange(loop, route, stream, observer).begin();
  }

  private void refuse(ServerStream stream, GatewayError error) {
    loop.shared().metrics().refused(error);
    error.send(stream, error.head(loop.writer(), stream));
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
