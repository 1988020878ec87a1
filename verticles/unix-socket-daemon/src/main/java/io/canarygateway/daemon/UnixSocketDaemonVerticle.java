package io.canarygateway.daemon;

import io.canarygateway.config.DaemonConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import org.jspecify.annotations.Nullable;

/**
 * The assignment daemon on Unix sockets, compatible with maxwells-daemon to the byte. A client
 * sends one line: empty, or its assignment. The answer is two lines: the assignment, and the
 * location {@code master} or {@code canary}. The top level has a socket, and routes may have their
 * own, which come and go with the settings. The verticle also keeps the maintenance files. One
 * instance for each process.
 */
public final class UnixSocketDaemonVerticle extends VerticleBase {

  private final DaemonConfig config;
  private final boolean nativeTransport;
  private final MeterRegistry registry;
  private @Nullable AssignmentDaemon daemon;

  /**
   * Creates a daemon that does not listen yet.
   *
   * @param nativeTransport whether the socket uses epoll, where the machine has it
   * @param registry where the daemon's meters are registered
   */
  public UnixSocketDaemonVerticle(
      DaemonConfig config, boolean nativeTransport, MeterRegistry registry) {
    this.config = config;
    this.nativeTransport = nativeTransport;
    this.registry = registry;
  }

  /**
   * Completes once clients can connect; fails if the socket of the top level cannot be used. The
   * socket of a route that cannot be used is tried again with each change of the settings.
   */
  @Override
  public Future<?> start() {
    AssignmentDaemon created = new AssignmentDaemon(vertx, config, nativeTransport, registry);
    daemon = created;
    return created.start();
  }

  /** Accepts no more connections; completes when all are answered, after two seconds at most. */
  @Override
  public Future<?> stop() {
    return daemon == null ? Future.succeededFuture() : daemon.stop();
  }

  /** Removes the socket files of this process, for an end without a drain. Blocks. */
  public static void removeSockets() {
    SocketFile.removeAll();
  }
}
