package io.canarygateway.http;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The clients' connections of one event loop. All calls but {@link #adopt} come from that event
 * loop.
 */
public final class ServerLoop {

  private static final long SWEEP_MS = 20;

  /** So many that others wait for some milliseconds at most. */
  private static final int EVICTED_AT_A_TIME = 64;

  /** Event loops with clients that are silent for about as long each close their own. */
  private static final long CLEARLY_LONGER_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final EventLoop loop;
  private final ServerHandler handler;
  private final ConnectionLimit limit;
  private final ClientDeadlines deadlines;
  private final HeadParsers parsers;
  private final ServerHome home = new Home();
  private final ConnectionLimit.Clients clients = new Clients();
  private final Set<ServerConnection> open = new HashSet<>();
  private final CompletableFuture<Void> allBegun = new CompletableFuture<>();
  private final CompletableFuture<Void> allClosed = new CompletableFuture<>();
  private int notBegun;
  private boolean draining;
  private boolean ending;
  private boolean closing;
  private volatile long silentSince = ConnectionLimit.Clients.NOBODY;

  /**
   * Connections that are served by an event loop.
   *
   * @param limit how many there may be
   * @param clock as {@link System#nanoTime}
   */
  public ServerLoop(
      EventLoop loop,
      ServerLimits limits,
      ServerHandler handler,
      ConnectionLimit limit,
      LongSupplier clock) {
    this.loop = loop;
    this.handler = handler;
    this.limit = limit;
    this.deadlines =
        new ClientDeadlines(limits, clock, BufferMemory.ofProcess(), HeadMemory.ofLoop());
    this.parsers = new HeadParsers(FirstLine.Kind.REQUEST, limits.head());
    limit.add(clients);
    loop.scheduleAtFixedRate(this::sweep, SWEEP_MS, SWEEP_MS, TimeUnit.MILLISECONDS);
  }

  /** From now on each response says that it is the last of its connection. */
  public void drain() {
    draining = true;
  }

  /**
   * To be called once no more connections come.
   *
   * @return done once the first request of each open connection has begun
   */
  public CompletionStage<Void> allBegun() {
    ending = true;
    checkAllBegun();
    return allBegun;
  }

  /**
   * Closes what is idle now, and each other connection after its request.
   *
   * @return done once all are closed
   */
  public CompletionStage<Void> closeWhenDone() {
    draining = true;
    closing = true;
    limit.remove(clients);
    List.copyOf(open).forEach(ServerConnection::closeIfIdle);
    checkAllClosed();
    return allClosed;
  }

  /** Closes all connections, whatever they do. */
  public void closeAll() {
    List.copyOf(open).forEach(ServerConnection::close);
  }

  /** Serves a connection that was accepted. Any thread. */
  void adopt(Channel channel) {
    channel.pipeline().addLast(connection());
    loop.register(channel)
        .addListener(
            registered -> {
              if (!registered.isSuccess()) {
                channel.unsafe().closeForcibly();
              }
            });
  }

  private void sweep() {
    deadlines.sweep();
    publishSilence();
    // Clients that were silent may have begun requests, each with a socket to an upstream.
    for (int i = 0; i < EVICTED_AT_A_TIME && limit.isExceeded(); i++) {
      makeRoom();
    }
  }

  private void publishSilence() {
    Deadlines.Deadline longest = deadlines.longestSilent();
    silentSince = longest == null ? ConnectionLimit.Clients.NOBODY : longest.sinceNanos();
  }

  /**
   * Closes the client that was silent for longest. It may be another event loop's if it was silent
   * for clearly longer than those of this one.
   *
   * @return whether there is one
   */
  private boolean makeRoom() {
    Deadlines.Deadline own = deadlines.longestSilent();
    long ownSince = own == null ? deadlines.now() : own.sinceNanos();
    ConnectionLimit.Clients other = limit.longestSilent();
    if (other != null
        && other != clients
        && (own == null || ownSince - other.silentSince() > CLEARLY_LONGER_NANOS)) {
      limit.asks();
      other.makeRoom(ownSince);
      return true;
    }
    evict(own);
    return own != null;
  }

  private void makeRoomForOther(long othersSince) {
    limit.asked();
    Deadlines.Deadline own = deadlines.longestSilent();
    if (own != null && own.sinceNanos() - othersSince < 0) {
      evict(own);
    }
  }

  private void evict(Deadlines.Deadline silent) {
    if (silent != null) {
      silent.cancel();
      silent.owner().evicted();
      publishSilence();
    }
  }

  /** The handler of another connection. */
  ServerConnection connection() {
    return new ServerConnection(home);
  }

  private void checkAllBegun() {
    if (ending && notBegun == 0) {
      allBegun.complete(null);
    }
  }

  private void checkAllClosed() {
    if (closing && open.isEmpty()) {
      allClosed.complete(null);
    }
  }

  /** What other event loops see of it. */
  private final class Clients implements ConnectionLimit.Clients {

    @Override
    public long silentSince() {
      return silentSince;
    }

    @Override
    public void makeRoom(long othersSince) {
      loop.execute(() -> makeRoomForOther(othersSince));
    }
  }

  /** What the connections see of it. */
  private final class Home implements ServerHome {

    @Override
    public ServerHandler handler() {
      return handler;
    }

    @Override
    public ClientDeadlines deadlines() {
      return deadlines;
    }

    @Override
    public HeadParsers parsers() {
      return parsers;
    }

    @Override
    public boolean draining() {
      return draining;
    }

    @Override
    public boolean closing() {
      return closing;
    }

    /** Takes a connection on; if there are too many, the one that was silent for longest goes. */
    @Override
    public void opened(ClientLink connection, Deadlines.Deadline deadline) {
      open.add((ServerConnection) connection);
      notBegun++;
      limit.opened();
      if (limit.isExceeded() && !makeRoom() && limit.isExhausted()) {
        connection.close();
        return;
      }
      deadlines.awaitingHead.begin(deadline, deadlines.now());
    }

    @Override
    public void begun() {
      notBegun--;
      checkAllBegun();
    }

    @Override
    public void closed(ClientLink connection) {
      if (open.remove(connection)) {
        limit.closed();
        checkAllClosed();
      }
    }
  }
}
