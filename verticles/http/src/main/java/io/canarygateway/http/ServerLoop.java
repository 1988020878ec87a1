package io.canarygateway.http;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** The client connections of one event loop. Confined to that event loop, except {@link #adopt}. */
public final class ServerLoop {

  private static final long SWEEP_MS = 20;

  private final EventLoop loop;
  private final ServerHandler handler;
  private final ConnectionLimit limit;
  private final ClientDeadlines deadlines;
  private final ClientEviction eviction;
  private final HeadParsers parsers;
  private final ConnectionServices services = new Services();
  private final ServerProtocols protocols;
  private final Http2Setup http2;
  private final Set<ServedConnection> open = new HashSet<>();
  private final CompletableFuture<Void> allBegun = new CompletableFuture<>();
  private final CompletableFuture<Void> allClosed = new CompletableFuture<>();
  private int notBegun;
  private boolean draining;
  private boolean ending;
  private boolean closing;

  /**
   * The connections of an event loop, none yet.
   *
   * @param limits the limits for each client
   * @param handler the receiver of requests
   * @param limit the number of connections that the process may have
   * @param protocols the protocols that clients may speak
   * @param clock as {@link System#nanoTime}
   */
  public ServerLoop(
      EventLoop loop,
      ServerLimits limits,
      ServerHandler handler,
      ConnectionLimit limit,
      ServerProtocols protocols,
      LongSupplier clock) {
    this.loop = loop;
    this.handler = handler;
    this.limit = limit;
    this.deadlines =
        new ClientDeadlines(limits, clock, BufferMemory.ofProcess(), HeadMemory.ofLoop());
    this.parsers = new HeadParsers(FirstLine.Kind.REQUEST, limits.head());
    this.protocols = protocols;
    this.http2 = new Http2Setup(services, limits.head());
    this.eviction = new ClientEviction(loop, limit, deadlines);
    limit.add(eviction);
    loop.scheduleAtFixedRate(this::sweep, SWEEP_MS, SWEEP_MS, TimeUnit.MILLISECONDS);
  }

  /** From now on each response says that it is the last one of its connection. */
  public void drain() {
    draining = true;
    List.copyOf(open).forEach(ServedConnection::drain);
  }

  /**
   * Waits for first requests. Called once no more connections come.
   *
   * @return completes once the first request of each open connection has begun
   */
  public CompletionStage<Void> allBegun() {
    ending = true;
    checkAllBegun();
    return allBegun;
  }

  /**
   * Closes idle connections now, and each other connection after its request.
   *
   * @return completes once all connections are closed
   */
  public CompletionStage<Void> closeWhenDone() {
    draining = true;
    closing = true;
    limit.remove(eviction);
    List.copyOf(open).forEach(ServedConnection::closeIfIdle);
    checkAllClosed();
    return allClosed;
  }

  /** Closes all connections at once, even in the middle of a response. */
  public void closeAll() {
    List.copyOf(open).forEach(ServedConnection::close);
  }

  /** Serves a connection that was accepted. Thread-safe. */
  void adopt(Channel channel) {
    ServerConnection connection = connection();
    if (protocols.proxyProtocol()) {
      ProxyHeader.install(channel.pipeline(), services, connection);
    }
    if (protocols.tls().isPresent()) {
      ServerTlsContext context = protocols.tls().get();
      SslHandler tls = context.handler(channel);
      channel
          .pipeline()
          .addLast(
              LaterClose.INSTANCE,
              new ClientHello(tls, context.protocols()),
              new TlsHandshake(tls, handler, http2::install));
    } else if (protocols.h2c()) {
      channel.pipeline().addLast(new PrefaceDetector(http2::install));
    }
    channel.pipeline().addLast(connection);
    loop.register(channel)
        .addListener(
            registered -> {
              if (!registered.isSuccess()) {
                channel.unsafe().closeForcibly();
              }
            });
  }

  private void sweep() {
    try {
      deadlines.sweep();
      eviction.sweep();
    } catch (RuntimeException | OutOfMemoryError e) { // The task would not run again.
      InternalErrors.log(e);
    }
  }

  /** A handler for a new connection. */
  ServerConnection connection() {
    return new ServerConnection(services);
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

  /** The part of the loop that its connections use. */
  private final class Services implements ConnectionServices {

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

    /**
     * Registers a connection. If there are too many, a silent client is closed; without one, the
     * new connection is.
     */
    @Override
    public void opened(ServedConnection connection, Deadlines.Deadline deadline) {
      open.add(connection);
      notBegun++;
      limit.opened();
      if (!eviction.makeRoom() && limit.isExhausted()) {
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
    public void closed(ServedConnection connection) {
      if (open.remove(connection)) {
        limit.closed();
        checkAllClosed();
      }
    }
  }
}
