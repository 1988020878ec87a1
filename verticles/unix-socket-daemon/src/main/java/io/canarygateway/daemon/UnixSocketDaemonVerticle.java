package io.canarygateway.daemon;

import io.canarygateway.config.DaemonConfig;
import io.canarygateway.decision.Assigner;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.ComponentHealth;
import io.canarygateway.message.ComponentHealth.Status;
import io.canarygateway.message.ConfigSnapshot;
import io.canarygateway.message.ListenException;
import io.canarygateway.message.MeterReporter;
import io.canarygateway.message.SnapshotSubscription;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
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

  /** What a connection has in all; kept alive, between two lines. */
  private static final Duration TIME = Duration.ofSeconds(1);

  /** What is read of a connection at a time: several lines, and little enough to be dealt with. */
  static final int READ_BYTES = 512;

  private static final long SWEEP_MS = 50;

  /** Ending a connection takes about 10 microseconds; nobody else is served meanwhile. */
  private static final int CUTS_AT_A_TIME = 200;

  /** Long enough for the event loop to turn to all others. */
  private static final long NEXT_TURN_MS = 1;

  private static final long MAINTENANCE_MS = 1_000;
  private static final int MAX_CONNECTIONS = 50_000;

  /**
   * Who is behind all these waits some 25 ms; a longer queue would only make a flood last longer.
   */
  private static final int BACKLOG = 1_024;

  private final DaemonConfig config;
  private final MeterRegistry registry;
  private final SocketFile file;
  private final MaintenanceFile maintenance;
  private final Assigner assigner;

  /** In the order in which their time is up. */
  private final Set<Conversation> conversations = new LinkedHashSet<>();

  private DaemonMetrics metrics;
  private NetServer server;

  /** Whether there are clients, and not only the warm-up, which is not counted. */
  private boolean counting;

  private double rollout;
  private OptionalDouble maintenanceRollout = OptionalDouble.empty();
  private String maintenanceFault = "";

  /**
   * A daemon.
   *
   * @param registry where it records
   */
  public UnixSocketDaemonVerticle(DaemonConfig config, MeterRegistry registry) {
    this.config = config;
    this.registry = registry;
    this.file = new SocketFile(config.socket());
    this.maintenance = new MaintenanceFile(config.stateDir(), config.application());
    this.assigner = new Assigner(ThreadLocalRandom::current, config.application());
  }

  @Override
  public Future<?> start() {
    MeterReporter reporter = new MeterReporter(vertx);
    metrics = new DaemonMetrics(registry, reporter);
    reporter.start();
    server = vertx.createNetServer(serverOptions()).connectHandler(this::accept);
    return SnapshotSubscription.start(vertx, this::use)
        .compose(
            subscribed ->
                blocking(file::check)
                    .recover(cause -> Future.failedFuture(new ListenException(cause.getMessage()))))
        .compose(free -> server.listen(SocketAddress.domainSocketAddress(file.first().toString())))
        .onSuccess(listening -> vertx.setTimer(SWEEP_MS, timer -> sweep()))
        .compose(listening -> blocking(() -> WarmUp.of(file.first())).otherwise(this::staysCold))
        .map(warm -> counting = true)
        .compose(warm -> blocking(file::publish))
        .onSuccess(
            published -> {
              vertx.setPeriodic(MAINTENANCE_MS, timer -> keepMaintenance());
              health(Status.UP, config.socket().toString());
            });
  }

  private Void staysCold(Throwable cause) {
    LOG.atDebug().setCause(cause).log("the daemon could not warm up");
    return null;
  }

  private NetServerOptions serverOptions() {
    NetServerOptions options =
        new NetServerOptions().setAcceptBacklog(BACKLOG).setReceiveBufferSize(READ_BYTES);
    if (config.keepAlive()) {
      // Vert.x closes a connection only after all that is queued was written, which is never if a
      // client does not read.
      options.setIdleTimeoutUnit(TimeUnit.MILLISECONDS).setIdleTimeout(2 * (int) TIME.toMillis());
    }
    return options;
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
    rollout = snapshot.config().rollout().canary();
    maintenanceRollout = snapshot.config().rollout().maintenance();
  }

  private void accept(NetSocket socket) {
    if (conversations.size() >= MAX_CONNECTIONS) {
      socket.close();
      return;
    }
    Conversation conversation = new Conversation(socket, this, config.keepAlive(), counting);
    conversations.add(conversation);
    conversation.begin();
  }

  Answer answerTo(byte[] line, int length) {
    return Answer.to(line, length, rollout, assigner);
  }

  Answer refusing() {
    return Answer.refusing(assigner);
  }

  DaemonMetrics metrics() {
    return metrics;
  }

  /** A kept connection has all of its time again, and so is the last whose time is up. */
  void wentOn(Conversation conversation) {
    conversations.remove(conversation);
    conversations.add(conversation);
  }

  void closed(Conversation conversation) {
    conversations.remove(conversation);
  }

  /** Runs something after others had their turn, which no task of the event loop's own does. */
  void later(Runnable action) {
    vertx.setTimer(NEXT_TURN_MS, timer -> action.run());
  }

  private void sweep() {
    long limit = System.nanoTime() - TIME.toNanos();
    Iterator<Conversation> oldest = conversations.iterator();
    for (int cuts = 0; oldest.hasNext(); cuts++) {
      Conversation conversation = oldest.next();
      if (!conversation.isQuietSince(limit)) {
        break;
      }
      if (cuts == CUTS_AT_A_TIME) {
        later(this::sweep);
        return;
      }
      oldest.remove();
      conversation.cut();
    }
    vertx.setTimer(SWEEP_MS, timer -> sweep());
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
        health(Status.UP, config.socket().toString());
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
    return blocking(file::remove)
        .otherwiseEmpty()
        .compose(
            removed -> {
              List.copyOf(conversations).forEach(Conversation::drain);
              return server
                  .shutdown(TIME.toMillis(), TimeUnit.MILLISECONDS)
                  .timeout(2 * TIME.toMillis(), TimeUnit.MILLISECONDS)
                  .otherwiseEmpty();
            });
  }
}
