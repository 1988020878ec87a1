package io.canarygateway.daemon;

import io.canarygateway.decision.Assigner;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ThreadPerTaskExecutor;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The daemon's sockets, on Netty. One event loop accepts, reads and answers for all of them. In a
 * crowd, silent connections move to a second event loop. RATIONALE.md says why. For any thread.
 */
final class SocketServer {

  /** The bytes read from a connection before the next connection's turn: several lines. */
  private static final int READ_BYTES = 512;

  /** The bytes of answers that a client may leave unread, besides those in system buffers. */
  private static final WriteBufferWaterMark UNREAD = new WriteBufferWaterMark(4_096, 8_192);

  /** No unread answers, for a channel that closes with the end of its input. */
  private static final WriteBufferWaterMark NOTHING_UNREAD = new WriteBufferWaterMark(1, 1);

  /** A few at a time: to accept takes microseconds in which no client is served. */
  private static final int ACCEPTS_AT_A_TIME = 256;

  /** More would wait too long; further clients are refused at once. */
  private static final int BACKLOG = 2_048;

  /** The connections that the first event loop keeps in a crowd. */
  private static final int MAX_ACTIVE = 256;

  private final MultiThreadIoEventLoopGroup group;
  private final ServerBootstrap bootstrap;
  private final boolean domainSocketOfJava;
  private final boolean keepAlive;
  private final Assigner assigner;

  /** The connections of the first event loop. */
  private final ConnectionGroup active;

  /** The silent connections of a crowd, on the second event loop. */
  private final ConnectionGroup silent;

  private final ConnectionLimit limit;
  private final AtomicInteger open = new AtomicInteger();

  private final Set<RouteSocket> sockets = ConcurrentHashMap.newKeySet();

  /**
   * Creates a server that does not listen yet.
   *
   * @param nativeTransport whether to use epoll, where the machine has it
   * @param keepAlive whether a connection may send many lines
   * @param limit beyond it, the connection that has been silent for the longest time is closed
   */
  SocketServer(
      boolean nativeTransport, boolean keepAlive, ConnectionLimit limit, Assigner assigner) {
    this.keepAlive = keepAlive;
    this.assigner = assigner;
    this.limit = limit;
    boolean epoll = nativeTransport && Epoll.isAvailable();
    domainSocketOfJava = !epoll;
    IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    ChannelFactory<? extends ServerChannel> channels =
        epoll ? EpollServerDomainSocketChannel::new : NioServerDomainSocketChannel::new;
    group =
        new MultiThreadIoEventLoopGroup(
            2,
            new ThreadPerTaskExecutor(new DefaultThreadFactory("daemon", true)),
            loops -> this::loopOfNext,
            io);
    Iterator<EventExecutor> loops = group.iterator();
    EventLoop first = (EventLoop) loops.next();
    int maxActive = Math.max(1, Math.min(MAX_ACTIVE, limit.connections() / 2));
    silent = new ConnectionGroup((EventLoop) loops.next(), Integer.MAX_VALUE, null);
    active = new ConnectionGroup(first, maxActive, silent);
    int acceptsAtATime = Math.max(1, Math.min(ACCEPTS_AT_A_TIME, limit.pending()));
    bootstrap =
        new ServerBootstrap()
            .group(first, group)
            .channelFactory(channels)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(
                ChannelOption.RECVBUF_ALLOCATOR,
                new ServerChannelRecvByteBufAllocator().maxMessagesPerRead(acceptsAtATime))
            .childOption(
                ChannelOption.RECVBUF_ALLOCATOR,
                new FixedRecvByteBufAllocator(READ_BYTES).maxMessagesPerRead(1));
    if (epoll) {
      bootstrap
          .childOption(ChannelOption.ALLOW_HALF_CLOSURE, keepAlive)
          .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, UNREAD);
    } else {
      // Java's channel closes when it reads the end of the input, so the end has to be read last.
      bootstrap.childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, NOTHING_UNREAD);
    }
  }

  /**
   * The event loop of the next connection. If too many connections are pending, it is the first
   * one, where the new connection replaces a silent one at once. Called on the first event loop.
   */
  private EventLoop loopOfNext() {
    return (active.isFull() && open.get() < limit.total() ? silent : active).loop();
  }

  /**
   * Creates a socket that does not listen yet, on the context of the verticle.
   *
   * @param metrics makes the socket's meters of one event loop
   */
  RouteSocket socket(Supplier<DaemonMetrics> metrics) {
    return new RouteSocket(assigner, active, silent, metrics.get(), metrics.get());
  }

  /**
   * Binds to a socket file, and listens. Blocks.
   *
   * @throws Exception if the file cannot be bound
   */
  void listen(RouteSocket socket, Path path) throws Exception {
    SocketAddress address =
        domainSocketOfJava
            ? UnixDomainSocketAddress.of(path)
            : new DomainSocketAddress(path.toString());
    ServerBootstrap listening =
        bootstrap
            .clone()
            .handler(new Counting())
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel accepted) {
                    accept(accepted, socket);
                  }
                });
    socket.listensAt(listening.bind(address).sync().channel());
    sockets.add(socket);
  }

  /**
   * Closes one socket; the others go on. Its connections get one more answer at most. Blocks until
   * nobody can connect.
   */
  void close(RouteSocket socket) throws InterruptedException {
    sockets.remove(socket);
    socket.close();
  }

  /** Accepts no more connections, and drains the open ones. Blocks for two seconds at most. */
  void close() throws InterruptedException {
    if (!sockets.isEmpty()) {
      for (RouteSocket socket : sockets) {
        socket.stopListening();
      }
      long deadline = System.nanoTime() + ConnectionGroup.LIFETIME.toNanos();
      active.drain();
      active.awaitDrained(deadline);
      silent.awaitDrained(deadline);
    }
    group.shutdownGracefully(0, ConnectionGroup.LIFETIME.toMillis(), TimeUnit.MILLISECONDS).await();
  }

  private void accept(Channel accepted, RouteSocket socket) {
    boolean onSecondLoop = accepted.eventLoop() == silent.loop();
    ConnectionGroup connections = onSecondLoop ? silent : active;
    DaemonConnection connection =
        new DaemonConnection(accepted, socket, connections, keepAlive, socket.isCounting());
    connections.add(connection, open.get() > (onSecondLoop ? limit.connections() : limit.total()));
    accepted.pipeline().addLast(connection);
  }

  /** Counts the open connections from the moment in which they are accepted. */
  private final class Counting extends ChannelInboundHandlerAdapter {

    private final ChannelFutureListener closed = future -> open.decrementAndGet();

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object accepted) {
      open.incrementAndGet();
      ((Channel) accepted).closeFuture().addListener(closed);
      ctx.fireChannelRead(accepted);
    }
  }
}
