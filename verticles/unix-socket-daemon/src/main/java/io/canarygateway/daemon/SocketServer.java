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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The daemon's socket. One event loop of its own accepts, reads and answers; in a crowd, those who
 * say nothing wait at a second one. RATIONALE.md says why, and why it is Netty's and not Vert.x's.
 * For any thread.
 */
final class SocketServer {

  /** What is read of a connection before all others have their turn: several lines. */
  private static final int READ_BYTES = 512;

  /** Answers that a kept connection may leave unread, beyond what the system holds of them. */
  private static final WriteBufferWaterMark UNREAD = new WriteBufferWaterMark(4_096, 8_192);

  /** None, where a channel cannot outlive its input. */
  private static final WriteBufferWaterMark NOTHING_UNREAD = new WriteBufferWaterMark(1, 1);

  /** Taking on a connection takes some microseconds; nobody else is served meanwhile. */
  private static final int ACCEPTS_AT_A_TIME = 256;

  /** More would wait too long; a client that does not block is refused beyond. */
  private static final int BACKLOG = 2_048;

  /** So many clients with a question are served at once without a second event loop's help. */
  private static final int IN_FRONT = 256;

  private final MultiThreadIoEventLoopGroup group;
  private final ServerBootstrap bootstrap;
  private final boolean domainSocketOfJava;
  private final boolean keepAlive;
  private final Assigner assigner;
  private final Room front;
  private final Room waitingRoom;
  private final ConnectionLimit limit;
  private final AtomicInteger open = new AtomicInteger();

  private volatile double rollout;
  private volatile boolean counting;
  private volatile Channel channel;

  /**
   * A server that does not listen yet.
   *
   * @param nativeTransport whether to use epoll where there is one
   * @param keepAlive whether a connection may send many lines
   * @param limit beyond it, one that has been quiet for the longest time is cut
   * @param metrics makes those of one event loop
   */
  SocketServer(
      boolean nativeTransport,
      boolean keepAlive,
      ConnectionLimit limit,
      Assigner assigner,
      Supplier<DaemonMetrics> metrics) {
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
    int inFront = Math.max(1, Math.min(IN_FRONT, limit.connections() / 2));
    waitingRoom = new Room((EventLoop) loops.next(), metrics.get(), Integer.MAX_VALUE, null);
    front = new Room(first, metrics.get(), inFront, waitingRoom);
    int acceptsAtATime = Math.max(1, Math.min(ACCEPTS_AT_A_TIME, limit.onTheirWay()));
    bootstrap =
        new ServerBootstrap()
            .group(group)
            .channelFactory(channels)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(
                ChannelOption.RECVBUF_ALLOCATOR,
                new ServerChannelRecvByteBufAllocator().maxMessagesPerRead(acceptsAtATime))
            .childOption(
                ChannelOption.RECVBUF_ALLOCATOR,
                new FixedRecvByteBufAllocator(READ_BYTES).maxMessagesPerRead(1))
            .handler(new Counting())
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel accepted) {
                    accept(accepted);
                  }
                });
    if (epoll) {
      bootstrap
          .childOption(ChannelOption.ALLOW_HALF_CLOSURE, keepAlive)
          .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, UNREAD);
    } else {
      // Java's channel is closed when the end of the input is read, so that is read last.
      bootstrap.childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, NOTHING_UNREAD);
    }
  }

  /**
   * Where the next connection is served. On the first event loop, once that accepts. Nobody goes to
   * the waiting room if too many are on their way, as nobody is pushed out before they arrive.
   */
  private EventLoop loopOfNext() {
    return (front.isFull() && open.get() < limit.most() ? waitingRoom : front).loop();
  }

  /**
   * Listens. Blocks.
   *
   * @throws Exception if the address cannot be bound
   */
  void listen(Path path) throws Exception {
    SocketAddress address =
        domainSocketOfJava
            ? UnixDomainSocketAddress.of(path)
            : new DomainSocketAddress(path.toString());
    channel = bootstrap.bind(address).sync().channel();
  }

  /** Assignments below it go to canary from now on. */
  void rollout(double fraction) {
    rollout = fraction;
  }

  /** From now on there are clients, and not only the warm-up, which is not counted. */
  void count() {
    counting = true;
  }

  /** Nobody new comes in; who is there gets an answer within its time. Blocks for that long. */
  void close() throws InterruptedException {
    if (channel != null) {
      channel.close().await();
      long deadline = System.nanoTime() + Room.TIME.toNanos();
      front.drain();
      front.awaitDrained(deadline);
      waitingRoom.awaitDrained(deadline);
    }
    group.shutdownGracefully(0, Room.TIME.toMillis(), TimeUnit.MILLISECONDS).await();
  }

  private void accept(Channel accepted) {
    boolean waits = accepted.eventLoop() == waitingRoom.loop();
    Room room = waits ? waitingRoom : front;
    Conversation conversation = new Conversation(accepted, this, room, keepAlive, counting);
    room.enter(conversation, open.get() > (waits ? limit.connections() : limit.most()));
    accepted.pipeline().addLast(conversation);
  }

  Answer answerTo(byte[] line, int length) {
    return Answer.to(line, length, rollout, assigner);
  }

  Answer refusing() {
    return Answer.refusing(assigner);
  }

  /** Counts the connections from when they are accepted, wherever they are then. */
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
