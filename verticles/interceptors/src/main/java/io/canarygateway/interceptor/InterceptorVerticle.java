package io.canarygateway.interceptor;

import io.canarygateway.message.Addresses;
import io.canarygateway.message.ComponentHealth.Status;
import io.canarygateway.message.HealthReporter;
import io.canarygateway.message.InterceptedCall;
import io.canarygateway.message.InterceptorServer;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The server for routes with interceptors. The proxy matches, decides and counts each request, then
 * sends it here instead of to its target. The server carries it through vertx-web-proxy and the
 * route's interceptors to the target that the proxy chose.
 *
 * <p>It listens on 127.0.0.1, at a port that the operating system chooses. It serves only requests
 * with the token of this process, which {@link InterceptorServer} tells the proxy. There is one
 * instance for each event loop; all share the port.
 */
public final class InterceptorVerticle extends VerticleBase {

  /** The name of the component in health. */
  static final String COMPONENT = "interceptors";

  private static final String HOST = "127.0.0.1";

  /** All instances of one deployment that ask for a port of -1 get the same free one. */
  private static final int SHARED_FREE_PORT = -1;

  /** The gateway's own headers and the address list, which come on top of the client's head. */
  private static final int OWN_HEAD_BYTES = 16 * 1024;

  private static final int TOKEN_BYTES = 32;

  /**
   * What all instances share.
   *
   * @param token the secret of this process
   * @param factories make the interceptors
   * @param listening the number of instances that listen
   */
  private record Shared(String token, Factories factories, AtomicInteger listening) {}

  private final InterceptorConfig config;
  private final Shared shared;
  private Guard guard;
  private Carriers carriers;

  @SuppressWarnings("NullAway.Init") // The other fields are set by start.
  private InterceptorVerticle(InterceptorConfig config, Shared shared) {
    this.config = config;
    this.shared = shared;
  }

  /**
   * Makes the instances of one process.
   *
   * @param config the static settings
   */
  public static Supplier<InterceptorVerticle> supplier(InterceptorConfig config) {
    byte[] token = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(token);
    Shared shared =
        new Shared(
            HexFormat.of().formatHex(token),
            new Factories(config.extensions()),
            new AtomicInteger());
    return () -> new InterceptorVerticle(config, shared);
  }

  @Override
  public Future<?> start() {
    guard = new Guard(vertx, shared.token());
    carriers =
        new Carriers(
            vertx, shared.factories(), guard::current, new HealthReporter(vertx.eventBus()));
    HttpServer server =
        vertx
            .createHttpServer(options())
            .connectionHandler(guard::opened)
            .requestHandler(this::serve);
    return server.listen().onSuccess(this::listening);
  }

  private HttpServerOptions options() {
    int headBytes = config.maxHeadBytes() + OWN_HEAD_BYTES;
    return new HttpServerOptions()
        .setHost(HOST)
        .setPort(SHARED_FREE_PORT)
        .setMaxHeaderSize(headBytes)
        .setMaxInitialLineLength(headBytes)
        .setHttp2ClearTextEnabled(false);
  }

  /** Tells the proxies once every event loop takes part, so that their connections are spread. */
  private void listening(HttpServer server) {
    if (shared.listening().incrementAndGet() == config.instances()) {
      InterceptorServer running = new InterceptorServer(server.actualPort(), shared.token());
      vertx.eventBus().localConsumer(Addresses.INTERCEPTORS_GET, ask -> ask.reply(running));
      vertx.eventBus().publish(Addresses.INTERCEPTORS, running, Addresses.WITHIN_PROCESS);
      new HealthReporter(vertx.eventBus())
          .report(COMPONENT, Status.UP, HOST + ":" + server.actualPort());
    }
  }

  private void serve(HttpServerRequest request) {
    InterceptedCall call = guard.admit(request);
    if (call != null) {
      carriers.carry(request, guard.begin(request, call));
    }
  }

  @Override
  public Future<?> stop() {
    // The server is closed with the verticle. The proxy, which comes first, has drained already.
    carriers.close();
    return shared.listening().decrementAndGet() == 0
        ? vertx.executeBlocking(shared.factories()::close)
        : Future.succeededFuture();
  }
}
