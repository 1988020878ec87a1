package io.canarygateway.proxy;

import io.canarygateway.config.GatewayConfig;
import io.canarygateway.config.ServerConfig;
import io.canarygateway.decision.Breakers;
import io.canarygateway.http.ServerListener;
import io.canarygateway.http.ServerLoop;
import io.canarygateway.http.Sockets;
import io.canarygateway.http.UpstreamLoop;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.ComponentHealth.Status;
import io.canarygateway.message.HealthReporter;
import io.canarygateway.message.InterceptorServer;
import io.canarygateway.message.ListenException;
import io.canarygateway.snapshot.ConfigSnapshot;
import io.canarygateway.snapshot.SnapshotSubscription;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.EventLoop;
import io.opentelemetry.api.trace.Tracer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.EventBus;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The reverse proxy, compatible with canary-router. There is one instance for each event loop. All
 * share the port, the circuit breaker and the metrics; each has its own connections.
 *
 * <p>Stopping drains: responses say {@code Connection: close}, then listening ends. Connections
 * that were just opened have a second for their first request. Requests in flight have {@code
 * router-server.drain-timeout} to finish.
 */
public final class ProxyVerticle extends VerticleBase {

  /**
   * How long connections are still accepted while draining. Their responses say {@code Connection:
   * close}.
   */
  private static final long LAME_DUCK_MS = 200;

  /** How long connections that were just opened may take for their first request. */
  private static final long FIRST_REQUEST_MS = 1_000;

  /** How long the last lines of the access log may take. */
  private static final long ACCESS_LOG_MS = 2_000;

  private static final String COMPONENT = "proxy";

  private final ProxyConfig config;
  private final ProxyShared shared;
  private final Sockets sockets;
  private final ServerListener listener;
  private ServerLoop clients;
  private UpstreamTargets targets;
  private ReleaseScorer scorer;
  private PlanMaker plans;
  private Intake intake;
  private AccessLog accessLog;
  private Traces traces;
  private HealthReporter health;
  private @Nullable GatewayConfig settings;
  private @Nullable InterceptorServer interceptors;

  @SuppressWarnings("NullAway.Init") // The other fields are set by start.
  private ProxyVerticle(
      ProxyConfig config, ProxyShared shared, Sockets sockets, ServerListener listener) {
    this.config = config;
    this.shared = shared;
    this.sockets = sockets;
    this.listener = listener;
  }

  /**
   * Makes the instances of one process.
   *
   * @param config the static settings
   * @param breakers the circuit breakers of all routes
   * @param registry the registry of the proxy's metrics
   * @param sockets the factory of sockets
   * @param tracer records spans; null if tracing is off
   */
  public static Supplier<ProxyVerticle> supplier(
      ProxyConfig config,
      Breakers breakers,
      MeterRegistry registry,
      Sockets sockets,
      @Nullable Tracer tracer) {
    return supplier(config, breakers, registry, sockets, BufferBudget.ofHeap(), tracer);
  }

  /**
   * Makes the instances of one process.
   *
   * @param budget the bytes that may be held for the sidecar and for fallbacks
   * @param tracer records spans; null if tracing is off
   */
  static Supplier<ProxyVerticle> supplier(
      ProxyConfig config,
      Breakers breakers,
      MeterRegistry registry,
      Sockets sockets,
      BufferBudget budget,
      @Nullable Tracer tracer) {
    ProxyShared shared = ProxyShared.create(config, breakers, registry, sockets, budget, tracer);
    ServerListener listener =
        new ServerListener(
            sockets,
            new InetSocketAddress(config.server().host(), config.server().port()),
            config.instances());
    return () -> new ProxyVerticle(config, shared, sockets, listener);
  }

  @Override
  public Future<?> start() {
    EventLoop loop = sockets.currentLoop();
    health = new HealthReporter(vertx.eventBus());
    targets =
        new UpstreamTargets(
            new UpstreamLoop(
                loop,
                sockets,
                shared.gauges().upstreamConnections(),
                shared.connections()::isCrowded,
                System::nanoTime),
            shared.directory(),
            config.server().idleTimeout(),
            config.instances());
    scorer = new ReleaseScorer(vertx);
    plans = new PlanMaker(shared, targets, scorer, config.sidecarWithin());
    ProxyLoop ofRequests = ProxyLoop.create(context, loop, shared);
    accessLog = ofRequests.accessLog();
    traces = ofRequests.traces();
    shared.accessLog().join();
    intake = new Intake(ofRequests);
    clients =
        new ServerLoop(
            loop,
            config.limits(),
            intake,
            shared.connections(),
            config.protocols(shared.tls()),
            System::nanoTime);
    ServerConfig address = config.server();
    return findInterceptors()
        .compose(found -> SnapshotSubscription.start(vertx, this::use))
        .compose(subscribed -> future(shared.readCertificates(context, health)))
        .compose(
            subscribed ->
                ListenException.recover(
                    future(listener.join(clients)),
                    "router-server.port",
                    address.host(),
                    address.port()))
        .onSuccess(
            listening ->
                health.report(COMPONENT, Status.UP, address.host() + ":" + listening.getPort()));
  }

  @Override
  public Future<?> stop() {
    shared.tls().ifPresent(ListenerTls::close);
    health.report(COMPONENT, Status.DOWN, "draining");
    clients.drain();
    long drainMs = config.server().drainTimeout().toMillis();
    return vertx
        .timer(LAME_DUCK_MS, TimeUnit.MILLISECONDS)
        .compose(elapsed -> future(listener.close()))
        // Connections that were accepted may still be on their way to this event loop.
        .compose(refusing -> nextTurn())
        .compose(
            turn ->
                future(clients.allBegun())
                    .timeout(FIRST_REQUEST_MS, TimeUnit.MILLISECONDS)
                    .otherwiseEmpty())
        .compose(
            begun ->
                future(clients.closeWhenDone())
                    .timeout(Math.max(1, drainMs), TimeUnit.MILLISECONDS)
                    .otherwiseEmpty())
        .onComplete(
            drained -> {
              scorer.close(); // Before the requests that are cut off now.
              clients.closeAll();
              targets.retireUnnamed(); // None is named, so this is the end of all.
            })
        // The requests that were cut off end in this turn of the event loop.
        .compose(closed -> nextTurn())
        .compose(turn -> writeAccessLog());
  }

  /** Waits until all lines are written, but not for long if the disk does not answer. */
  private Future<Void> writeAccessLog() {
    accessLog.flush();
    return future(shared.accessLog().leave())
        .timeout(ACCESS_LOG_MS, TimeUnit.MILLISECONDS)
        .otherwiseEmpty();
  }

  private <T> Future<T> future(CompletionStage<T> stage) {
    return Future.fromCompletionStage(stage, context);
  }

  private Future<Void> nextTurn() {
    Promise<Void> turn = Promise.promise();
    context.runOnContext(v -> turn.complete());
    return turn.future();
  }

  private void use(ConfigSnapshot snapshot) {
    settings = snapshot.config();
    traces.use(snapshot.config().tracing().sample(), snapshot.revision());
    plan();
  }

  private void use(InterceptorServer server) {
    if (!server.equals(interceptors)) {
      interceptors = server;
      plan();
    }
  }

  private void plan() {
    if (settings != null) {
      accessLog.use(settings.accessLog().format());
      intake.use(plans.make(settings, interceptors));
    }
  }

  /** Follows the server of the interceptors, which starts with the first route that has any. */
  private Future<?> findInterceptors() {
    EventBus bus = vertx.eventBus();
    return bus.<InterceptorServer>localConsumer(
            Addresses.INTERCEPTORS, message -> use(message.body()))
        .completion()
        .compose(
            subscribed ->
                bus.<InterceptorServer>request(
                    Addresses.INTERCEPTORS_GET, "", Addresses.WITHIN_PROCESS))
        .onSuccess(reply -> use(reply.body()))
        .otherwiseEmpty(); // No route has interceptors yet.
  }
}
