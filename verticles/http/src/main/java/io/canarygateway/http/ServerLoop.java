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
 * The clients' connections of one event loop, in the order of their silence. All calls but {@link
 * #adopt} come from that event loop.
 */
public final class ServerLoop {

  private static final long SWEEP_MS = 20;
  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final EventLoop loop;
  private final ServerLimits limits;
  private final ServerHandler handler;
  private final ConnectionLimit connectionLimit;
  private final LongSupplier clock;
  private final Set<ServerConnection> open = new HashSet<>();
  private final CompletableFuture<Void> allBegun = new CompletableFuture<>();
  private final CompletableFuture<Void> allClosed = new CompletableFuture<>();
  private HeadParser spareParser;
  private int notBegun;
  private boolean draining;
  private boolean ending;
  private boolean closing;

  final Deadlines awaitingHead;
  final Deadlines idle;
  final Deadlines awaitingBody;
  final Deadlines unread;
  final Deadlines lingering = new Deadlines(LINGER_NANOS);

  /**
   * Connections that are served by an event loop.
   *
   * @param clock as {@link System#nanoTime}
   */
  public ServerLoop(
      EventLoop loop,
      ServerLimits limits,
      ServerHandler handler,
      ConnectionLimit connectionLimit,
      LongSupplier clock) {
    this.loop = loop;
    this.limits = limits;
    this.handler = handler;
    this.connectionLimit = connectionLimit;
    this.clock = clock;
    awaitingHead = new Deadlines(limits.readTimeout().toNanos());
    idle = new Deadlines(limits.idleTimeout().toNanos());
    awaitingBody = new Deadlines(limits.readTimeout().toNanos());
    unread = new Deadlines(limits.writeTimeout().toNanos());
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
    channel.pipeline().addLast(new ServerConnection(this));
    loop.register(channel)
        .addListener(
            registered -> {
              if (!registered.isSuccess()) {
                channel.unsafe().closeForcibly();
              }
            });
  }

  ServerHandler handler() {
    return handler;
  }

  boolean draining() {
    return draining;
  }

  boolean closing() {
    return closing;
  }

  long now() {
    return clock.getAsLong();
  }

  /** A parser that is between two heads; it is the caller's until it is given back. */
  HeadParser takeParser() {
    HeadParser parser = spareParser;
    spareParser = null;
    return parser == null ? new HeadParser(FirstLine.Kind.REQUEST, limits.head()) : parser;
  }

  void giveBack(HeadParser parser) {
    parser.reset();
    spareParser = parser;
  }

  /** Takes a connection on; if there are too many, the one that was silent for longest goes. */
  void opened(ServerConnection connection) {
    open.add(connection);
    notBegun++;
    if (!connectionLimit.opened()) {
      Deadline silent = longestSilent();
      if (silent == null) {
        connection.close();
        return;
      }
      ((ServerConnection) silent.owner).close();
    }
    awaitingHead.begin(connection.deadline(), now());
  }

  void begun() {
    notBegun--;
    checkAllBegun();
  }

  void closed(ServerConnection connection) {
    if (open.remove(connection)) {
      connectionLimit.closed();
      checkAllClosed();
    }
  }

  private Deadline longestSilent() {
    Deadline longest = null;
    for (Deadlines list : new Deadlines[] {lingering, idle, awaitingHead, awaitingBody, unread}) {
      Deadline oldest = list.oldest();
      if (oldest != null && (longest == null || oldest.sinceNanos - longest.sinceNanos < 0)) {
        longest = oldest;
      }
    }
    return longest;
  }

  private void sweep() {
    long now = now();
    awaitingHead.sweep(now);
    idle.sweep(now);
    awaitingBody.sweep(now);
    unread.sweep(now);
    lingering.sweep(now);
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
}
