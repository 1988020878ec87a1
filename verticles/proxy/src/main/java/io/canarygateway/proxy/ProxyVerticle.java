package io.canarygateway.proxy;

import io.canarygateway.config.RoutingConfig;
import io.canarygateway.config.ServerConfig;
import io.canarygateway.decision.Breaker;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.ComponentHealth;
import io.canarygateway.message.ConfigSnapshot;
import io.canarygateway.message.ListenException;
import io.canarygateway.message.SnapshotSubscription;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The reverse proxy, compatible with canary-router. One instance per event loop; all share the
 * port, the circuit breaker and the meters, and each has its own connections. Stopping it drains:
 * responses say {@code Connection: close}, listening ends, connections that were just opened get a
 * moment to send their request, and requests in flight the drain timeout to finish.
 */
public final class ProxyVerticle extends VerticleBase {

  /** How long new connections are still served, told to close, before listening ends. */
  private static final long LAME_DUCK_MS = 200;

  /** How long connections that were just opened are waited for to send their first request. */
  private static final long FIRST_REQUEST_MS = 1_000;

  /** How long a connection may take to close after its time is up. */
  private static final long STOP_SLACK_MS = 1_000;

  private static final int MAX_HEAD_BYTES = 32 * 1024;
  private static final String COMPONENT = "proxy";

  private final ProxyConfig config;
  private final ProxyShared shared;
  private final Function<SocketAddress, Future<Void>> endListening;
  private ClientConnections connections;
  private ProxyHandler handler;
  private UpstreamPools pools;
  private HttpServer server;

  private ProxyVerticle(
      ProxyConfig config, ProxyShared shared, Function<SocketAddress, Future<Void>> endListening) {
    this.config = config;
    this.shared = shared;
    this.endListening = endListening;
  }

  /**
   * Makes the instances of one process.
   *
   * @param config what they are started with
   * @param breaker the limits of canary
   * @param registry where they record; nothing else is done to it
   * @param endListening closes the socket of the server whose options have this host and port, and
   *     leaves its connections as they are; done when it refuses new ones
   */
  public static Supplier<ProxyVerticle> supplier(
      ProxyConfig config,
      Breaker breaker,
      MeterRegistry registry,
      Function<SocketAddress, Future<Void>> endListening) {
    ProxyShared shared = ProxyShared.create(breaker, registry, config.version());
    return () -> new ProxyVerticle(config, shared, endListening);
  }

  @Override
  public Future<?> start() {
    pools =
        new UpstreamPools(
            vertx,
            config.server().idleTimeout(),
            config.instances(),
            shared.gauges().upstreamConnections());
    connections =
        new ClientConnections(vertx, config.server(), shared.gauges().clientConnections());
    handler = new ProxyHandler(vertx, config.server(), shared, connections);
    server =
        vertx
            .createHttpServer(serverOptions())
            .connectionHandler(connections::opened)
            .requestHandler(handler)
            .invalidRequestHandler(handler::refuse);
    ServerConfig address = config.server();
    return SnapshotSubscription.start(vertx, this::use)
        .compose(
            subscribed ->
                ListenException.recover(
                    server.listen(), "router-server.port", address.host(), address.port()))
        .onSuccess(listening -> publishHealth(true, address.host() + ":" + listening.actualPort()));
  }

  @Override
  public Future<?> stop() {
    publishHealth(false, "draining");
    handler.drain();
    long drainMs = config.server().drainTimeout().toMillis();
    return vertx
        .timer(LAME_DUCK_MS, TimeUnit.MILLISECONDS)
        .compose(elapsed -> endListening.apply(address()))
        // Connections that were accepted may still be on their way to this event loop.
        .compose(refusing -> nextTurn())
        .compose(
            turn ->
                connections
                    .allBegun()
                    .timeout(FIRST_REQUEST_MS, TimeUnit.MILLISECONDS)
                    .otherwiseEmpty())
        .compose(
            begun ->
                server
                    .shutdown(drainMs, TimeUnit.MILLISECONDS)
                    .timeout(drainMs + STOP_SLACK_MS, TimeUnit.MILLISECONDS)
                    .otherwiseEmpty());
  }

  private Future<Void> nextTurn() {
    Promise<Void> turn = Promise.promise();
    context.runOnContext(v -> turn.complete());
    return turn.future();
  }

  /** Where all instances listen; for port 0 one free port that they share. */
  private SocketAddress address() {
    ServerConfig address = config.server();
    return address.port() == 0
        ? SocketAddress.sharedRandomPort(1, address.host())
        : SocketAddress.inetSocketAddress(address.port(), address.host());
  }

  private void use(ConfigSnapshot snapshot) {
    RoutingConfig routing = snapshot.config().routing();
    shared
        .breaker()
        .configure(snapshot.revision(), routing.breakerWindow(), routing.breakerGeneration());
    handler.use(RoutingPlan.of(snapshot, pools, config.sidecarWithin()));
    pools.retireUnnamed();
  }

  private HttpServerOptions serverOptions() {
    return new HttpServerOptions()
        .setHost(address().host())
        .setPort(address().port())
        // The last resort against a peer that neither reads nor writes: Vert.x closes a connection
        // only after all that is queued was written, which may be never.
        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
        .setIdleTimeout((int) Math.min(Integer.MAX_VALUE, config.lastResort().toMillis()))
        // Without it a connection that says nothing would not be seen, and so never be closed.
        .setHttp2ClearTextEnabled(false)
        .setTcpNoDelay(true)
        .setTcpKeepAlive(true)
        .setMaxInitialLineLength(MAX_HEAD_BYTES)
        .setMaxHeaderSize(MAX_HEAD_BYTES);
  }

  private void publishHealth(boolean ready, String detail) {
    vertx
        .eventBus()
        .publish(
            Addresses.HEALTH,
            ComponentHealth.of(COMPONENT, ready, detail),
            Addresses.WITHIN_PROCESS);
  }
}
