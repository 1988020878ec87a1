package io.canarygateway.daemon;

import io.canarygateway.config.DaemonConfig;
import io.canarygateway.config.FileLimit;
import io.canarygateway.config.GatewayConfig;
import io.canarygateway.decision.Assigner;
import io.canarygateway.message.ComponentHealth.Status;
import io.canarygateway.message.HealthDetail;
import io.canarygateway.message.HealthReporter;
import io.canarygateway.snapshot.ConfigSnapshot;
import io.canarygateway.snapshot.SnapshotSubscription;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The parts of the daemon, and the order in which they start and stop: the settings, the sockets of
 * all routes, the maintenance files. On the verticle's context.
 */
final class AssignmentDaemon {

  private static final String COMPONENT = "daemon";

  private final Vertx vertx;
  private final DaemonConfig config;
  private final boolean nativeTransport;
  private final MeterRegistry registry;
  private final HealthReporter health;
  private final RouteShares shares;
  private final MaintenanceKeeper maintenance;

  /** Set by the first settings. */
  private @Nullable DaemonSockets sockets;

  private boolean started;

  /** Whether there has been a socket, or the wish for one; a daemon without one has no health. */
  private boolean reported;

  private boolean stopping;

  AssignmentDaemon(
      Vertx vertx, DaemonConfig config, boolean nativeTransport, MeterRegistry registry) {
    this.vertx = vertx;
    this.config = config;
    this.nativeTransport = nativeTransport;
    this.registry = registry;
    this.health = new HealthReporter(vertx.eventBus());
    this.shares = new RouteShares(vertx.eventBus(), this::share);
    this.maintenance = new MaintenanceKeeper(vertx, config.stateDir(), this::report);
  }

  /** Fails if the socket of the top level cannot be opened; those of routes may come later. */
  Future<?> start() {
    return SnapshotSubscription.start(vertx, this::use)
        .compose(subscribed -> shares.followBreakers())
        .compose(following -> sockets == null ? Future.succeededFuture() : sockets.start())
        .onSuccess(
            opened -> {
              started = true;
              maintenance.start();
              report();
              update(); // The settings may have changed meanwhile.
            })
        .onFailure(cause -> close());
  }

  private void use(ConfigSnapshot snapshot) {
    GatewayConfig settings = snapshot.config();
    if (sockets == null) {
      sockets = sockets(settings);
    }
    sockets.use(config, settings);
    shares.use(settings);
    maintenance.use(Maintenance.of(config, settings));
    if (started) {
      update();
    }
  }

  private DaemonSockets sockets(GatewayConfig first) {
    FileLimit files = FileLimit.ofThisProcess();
    ConnectionLimit limit =
        config.enabled() || first.hasDaemon()
            ? ConnectionLimit.of(files)
            : ConnectionLimit.ofLatecomer(files);
    return new DaemonSockets(
        vertx,
        registry,
        shares,
        limit,
        () ->
            new SocketServer(
                nativeTransport,
                config.keepAlive(),
                limit,
                new Assigner(ThreadLocalRandom::current, config.application())));
  }

  private void share() {
    if (sockets != null) {
      sockets.share();
    }
  }

  private void update() {
    if (sockets != null && !stopping) {
      sockets.update().onComplete(done -> report());
    }
  }

  private void report() {
    if (!started || stopping || sockets == null) {
      return;
    }
    List<String> faults =
        Stream.concat(
                sockets.faults().stream(),
                maintenance.faults().stream().map(fault -> "maintenance file: " + fault))
            .toList();
    List<String> paths = sockets.paths();
    reported = reported || !faults.isEmpty() || !paths.isEmpty();
    if (!faults.isEmpty()) {
      health.report(COMPONENT, Status.DEGRADED, HealthDetail.join("; ", faults.stream()));
    } else if (reported) {
      health.report(
          COMPONENT,
          Status.UP,
          paths.isEmpty() ? "no socket" : HealthDetail.join(", ", paths.stream()));
    }
  }

  Future<?> stop() {
    stopping = true;
    if (reported) {
      health.report(COMPONENT, Status.DOWN, "draining");
    }
    return close();
  }

  private Future<Void> close() {
    return sockets == null ? Future.succeededFuture() : sockets.close();
  }
}
