package io.canarygateway.daemon;

import io.canarygateway.config.DaemonConfig;
import io.canarygateway.config.FileLimit;
import io.canarygateway.decision.Assigner;
import io.canarygateway.message.ComponentHealth.Status;
import io.canarygateway.message.HealthReporter;
import io.canarygateway.message.ListenException;
import io.canarygateway.message.MeterReporter;
import io.canarygateway.snapshot.ConfigSnapshot;
import io.canarygateway.snapshot.SnapshotSubscription;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of the daemon, and the order in which they start and stop: the settings, the socket
 * under a temporary name, the warm-up, then the name that clients know. On the verticle's context.
 */
final class AssignmentDaemon {

  private static final Logger LOG = LoggerFactory.getLogger(AssignmentDaemon.class);
  private static final String COMPONENT = "daemon";

  private final Vertx vertx;
  private final DaemonConfig config;
  private final HealthReporter health;
  private final ConnectionLimit limit = ConnectionLimit.of(FileLimit.ofThisProcess());
  private final SocketFile file;
  private final SocketServer server;
  private final ShareFollower share;
  private final MaintenanceKeeper maintenance;

  AssignmentDaemon(
      Vertx vertx, DaemonConfig config, boolean nativeTransport, MeterRegistry registry) {
    this.vertx = vertx;
    this.config = config;
    this.health = new HealthReporter(vertx.eventBus());
    this.file = new SocketFile(config.socket().orElseThrow());
    this.server =
        new SocketServer(
            nativeTransport,
            config.keepAlive(),
            limit,
            new Assigner(ThreadLocalRandom::current, config.application()),
            () -> new DaemonMetrics(registry, new MeterReporter(vertx)));
    this.share = new ShareFollower(vertx.eventBus(), server::share);
    this.maintenance =
        new MaintenanceKeeper(
            vertx,
            new MaintenanceFile(config.stateDir(), config.application()),
            this::reportMaintenance);
  }

  Future<?> start() {
    return SnapshotSubscription.start(vertx, this::use)
        .compose(subscribed -> share.followBreaker())
        .compose(
            following ->
                blocking(file::check)
                    .recover(
                        cause ->
                            Future.failedFuture(
                                new ListenException(String.valueOf(cause.getMessage())))))
        .compose(free -> blocking(() -> server.listen(file.bound())))
        .compose(
            listening ->
                blocking(() -> new WarmUp(file.bound(), limit).run()).otherwise(this::staysCold))
        .compose(
            warm -> {
              server.countFromNow();
              return blocking(file::publish);
            })
        .onSuccess(
            published -> {
              maintenance.start();
              health.report(COMPONENT, Status.UP, config.socket().orElseThrow().toString());
            })
        .onFailure(cause -> blocking(server::close));
  }

  private void use(ConfigSnapshot snapshot) {
    share.use(snapshot.config());
    maintenance.use(snapshot.config().rollout().maintenance());
  }

  /** A cold daemon answers too, only later at first. */
  private @Nullable Void staysCold(Throwable cause) {
    LOG.atDebug().setCause(cause).log("the daemon could not warm up");
    return null;
  }

  /** Blocking code that may fail. */
  private interface Blocking {
    void run() throws Exception;
  }

  private Future<Void> blocking(Blocking action) {
    return vertx.executeBlocking(
        () -> {
          action.run();
          return null;
        });
  }

  private void reportMaintenance(String fault) {
    if (fault.isEmpty()) {
      health.report(COMPONENT, Status.UP, config.socket().orElseThrow().toString());
    } else {
      health.report(COMPONENT, Status.DEGRADED, "maintenance file: " + fault);
    }
  }

  Future<?> stop() {
    health.report(COMPONENT, Status.DOWN, "draining");
    return blocking(file::remove).otherwiseEmpty().compose(removed -> blocking(server::close));
  }
}
