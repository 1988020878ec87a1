package io.canarygateway.daemon;

import io.canarygateway.config.DaemonConfig;
import io.canarygateway.config.FileLimit;
import io.canarygateway.config.GatewayConfig;
import io.canarygateway.decision.Assigner;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.BreakerTrips;
import io.canarygateway.message.ComponentHealth;
import io.canarygateway.message.ComponentHealth.Status;
import io.canarygateway.message.ListenException;
import io.canarygateway.message.MeterReporter;
import io.canarygateway.snapshot.ConfigSnapshot;
import io.canarygateway.snapshot.SnapshotSubscription;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import java.util.OptionalDouble;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * maxwells-daemon on a Unix socket: a client sends a line, empty or an assignment, and gets its
 * assignment and its location, {@code master} or {@code canary}. Compatible to the byte. Keeps the
 * maintenance file too. One instance a process.
 */
public final class UnixSocketDaemonVerticle extends VerticleBase {

  private static final Logger LOG = LoggerFactory.getLogger(UnixSocketDaemonVerticle.class);
  private static final String COMPONENT = "daemon";
  private static final long MAINTENANCE_MS = 1_000;
  private static final DeliveryOptions ASK_OPTIONS =
      new DeliveryOptions().setLocalOnly(true).setSendTimeout(5_000);

  private final DaemonConfig config;
  private final boolean nativeTransport;
  private final MeterRegistry registry;
  private final SocketFile file;
  private final MaintenanceFile maintenance;
  private SocketServer server;
  private GatewayConfig settings;
  private BreakerTrips trips = BreakerTrips.NONE;
  private OptionalDouble maintenanceRollout = OptionalDouble.empty();
  private String maintenanceFault = "";

  /**
   * A daemon.
   *
   * @param nativeTransport whether its socket may be epoll's, or has to be Java's own
   * @param registry where it records
   */
  public UnixSocketDaemonVerticle(
      DaemonConfig config, boolean nativeTransport, MeterRegistry registry) {
    this.config = config;
    this.nativeTransport = nativeTransport;
    this.registry = registry;
    this.file = new SocketFile(config.socket().orElseThrow());
    this.maintenance = new MaintenanceFile(config.stateDir(), config.application());
  }

  @Override
  public Future<?> start() {
    ConnectionLimit limit = ConnectionLimit.of(FileLimit.ofThisProcess());
    server =
        new SocketServer(
            nativeTransport,
            config.keepAlive(),
            limit,
            new Assigner(ThreadLocalRandom::current, config.application()),
            () -> new DaemonMetrics(registry, new MeterReporter(vertx)));
    return SnapshotSubscription.start(vertx, this::use)
        .compose(subscribed -> followBreaker())
        .compose(
            following ->
                blocking(file::check)
                    .recover(cause -> Future.failedFuture(new ListenException(cause.getMessage()))))
        .compose(free -> blocking(() -> server.listen(file.first())))
        .compose(
            listening ->
                blocking(() -> new WarmUp(file.first(), limit).run()).otherwise(this::staysCold))
        .compose(
            warm -> {
              server.count();
              return blocking(file::publish);
            })
        .onSuccess(
            published -> {
              vertx.setPeriodic(MAINTENANCE_MS, timer -> keepMaintenance());
              health(Status.UP, config.socket().orElseThrow().toString());
            })
        .onFailure(cause -> blocking(server::close));
  }

  private Void staysCold(Throwable cause) {
    LOG.atDebug().setCause(cause).log("the daemon could not warm up");
    return null;
  }

  /** Something that blocks and may fail. */
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

  private void use(ConfigSnapshot snapshot) {
    settings = snapshot.config();
    maintenanceRollout = settings.rollout().maintenance();
    decide();
  }

  /** Subscribes first, so that no change is missed; a process may have no breaker. */
  private Future<Void> followBreaker() {
    return vertx
        .eventBus()
        .<BreakerTrips>localConsumer(Addresses.BREAKER, message -> use(message.body()))
        .completion()
        .compose(
            subscribed ->
                vertx.eventBus().<BreakerTrips>request(Addresses.BREAKER_GET, "", ASK_OPTIONS))
        .map(Message::body)
        .otherwise(trips)
        .<Void>map(
            current -> {
              use(current);
              return null;
            });
  }

  private void use(BreakerTrips current) {
    trips = current;
    decide();
  }

  private void decide() {
    server.rollout(CanaryShare.of(settings, trips));
  }

  /** With no healthy reading the file is left as it is. */
  private void keepMaintenance() {
    if (maintenanceRollout.isEmpty()) {
      return;
    }
    boolean there = maintenanceRollout.getAsDouble() > 0;
    blocking(() -> maintenance.set(there))
        .onSuccess(done -> tellMaintenance(""))
        .onFailure(cause -> tellMaintenance(cause.toString()));
  }

  private void tellMaintenance(String fault) {
    if (!fault.equals(maintenanceFault)) {
      maintenanceFault = fault;
      if (fault.isEmpty()) {
        health(Status.UP, config.socket().orElseThrow().toString());
      } else {
        LOG.atError()
            .addKeyValue("file", maintenance)
            .addKeyValue("reason", fault)
            .log("the maintenance file cannot be kept");
        health(Status.DEGRADED, "maintenance file: " + fault);
      }
    }
  }

  private void health(Status status, String detail) {
    vertx
        .eventBus()
        .publish(
            Addresses.HEALTH,
            new ComponentHealth(COMPONENT, status, detail),
            Addresses.WITHIN_PROCESS);
  }

  /** Removes the sockets of this process, if it has to end without being drained; blocks. */
  public static void removeSockets() {
    SocketFile.removeAll();
  }

  /** Nobody new comes in; who is there gets an answer within its second. */
  @Override
  public Future<?> stop() {
    health(Status.DOWN, "draining");
    return blocking(file::remove).otherwiseEmpty().compose(removed -> blocking(server::close));
  }
}
