package io.canarygateway.daemon;

import io.canarygateway.decision.Assigner;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
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
import io.netty.util.concurrent.Promise;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * The daemon's socket. One event loop of its own accepts, reads and answers; RATIONALE.md says why
 * it is Netty's and not Vert.x's. For any thread, but for what is said to be of the event loop.
 */
final class SocketServer implements Executor {

  /** What a connection has in all; kept alive, between two lines. */
  static final Duration TIME = Duration.ofSeconds(1);

  /** What is read of a connection before all others have their turn: several lines. */
  private static final int READ_BYTES = 512;

  /** Answers that a kept connection may leave unread, beyond what the system holds of them. */
  private static final WriteBufferWaterMark UNREAD = new WriteBufferWaterMark(4_096, 8_192);

  private static final long SWEEP_MS = 50;

  /** Taking on a connection takes some microseconds; nobody else is served meanwhile. */
  private static final int ACCEPTS_AT_A_TIME = 256;

  /** So does ending one; fewer than are accepted meanwhile, lest the queue grow. */
  private static final int CUTS_AT_A_TIME = 16;

  /** Long enough for the event loop to turn to all others. */
  private static final long NEXT_TURN_MS = 1;

  /** As many as Linux allows by default; a client that does not wait is refused beyond. */
  private static final int BACKLOG = 4_096;

  private final MultiThreadIoEventLoopGroup group;
  private final EventExecutor loop;
  private final ServerBootstrap bootstrap;
  private final boolean domainSocketOfJava;
  private final boolean keepAlive;
  private final Assigner assigner;
  private final DaemonMetrics metrics;
  private final int maxConnections;
  private final Promise<Void> drained;

  /** In the order in which their time is up; of the event loop. */
  private final Set<Conversation> conversations = new LinkedHashSet<>();

  private volatile double rollout;
  private volatile boolean counting;
  private volatile Channel channel;

  /** Of the event loop. */
  private boolean draining;

  /**
   * A server that does not listen yet.
   *
   * @param nativeTransport whether to use epoll where there is one
   * @param keepAlive whether a connection may send many lines
   * @param maxConnections beyond it, the one that has been quiet for the longest time is cut
   */
  SocketServer(
      boolean nativeTransport,
      boolean keepAlive,
      int maxConnections,
      Assigner assigner,
      DaemonMetrics metrics) {
    this.keepAlive = keepAlive;
    this.maxConnections = maxConnections;
    this.assigner = assigner;
    this.metrics = metrics;
    boolean epoll = nativeTransport && Epoll.isAvailable();
    domainSocketOfJava = !epoll;
    IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    ChannelFactory<? extends ServerChannel> channels =
        epoll ? EpollServerDomainSocketChannel::new : NioServerDomainSocketChannel::new;
    group = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("daemon", true), io);
    loop = group.next();
    drained = loop.newPromise();
    bootstrap =
        new ServerBootstrap()
            .group(group)
            .channelFactory(channels)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(
                ChannelOption.RECVBUF_ALLOCATOR,
                new ServerChannelRecvByteBufAllocator().maxMessagesPerRead(ACCEPTS_AT_A_TIME))
            .childOption(
                ChannelOption.RECVBUF_ALLOCATOR,
                new FixedRecvByteBufAllocator(READ_BYTES).maxMessagesPerRead(1))
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, UNREAD)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, keepAlive)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel accepted) {
                    accept(accepted);
                  }
                });
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
    group.schedule(this::sweep, SWEEP_MS, TimeUnit.MILLISECONDS);
  }

  /** Assignments below it go to canary from now on. */
  void rollout(double fraction) {
    rollout = fraction;
  }

  /** From now on there are clients, and not only the warm-up, which is not counted. */
  void count() {
    counting = true;
  }

  /** Runs something on the event loop, unless that has ended. */
  @Override
  public void execute(Runnable action) {
    if (!group.isShuttingDown()) {
      loop.execute(action);
    }
  }

  /** Nobody new comes in; who is there gets an answer within its time. Blocks for that long. */
  void close() throws InterruptedException {
    if (channel != null) {
      channel.close();
      execute(this::drain);
      drained.await(TIME.toMillis());
    }
    group.shutdownGracefully(0, TIME.toMillis(), TimeUnit.MILLISECONDS).await();
  }

  private void drain() {
    draining = true;
    List.copyOf(conversations).forEach(Conversation::drain);
    tellWhenDrained();
  }

  private void tellWhenDrained() {
    if (draining && conversations.isEmpty()) {
      drained.trySuccess(null);
    }
  }

  private void accept(Channel accepted) {
    if (conversations.size() >= maxConnections) {
      cutFirst(conversations.iterator());
    }
    Conversation conversation = new Conversation(accepted, this, keepAlive, counting);
    conversations.add(conversation);
    accepted.pipeline().addLast(conversation);
  }

  /** Of the event loop. */
  Answer answerTo(byte[] line, int length) {
    return Answer.to(line, length, rollout, assigner);
  }

  /** Of the event loop. */
  Answer refusing() {
    return Answer.refusing(assigner);
  }

  DaemonMetrics metrics() {
    return metrics;
  }

  /** A kept connection has all of its time again, and so is the last whose time is up. */
  void wentOn(Conversation conversation) {
    if (conversations.remove(conversation)) {
      conversations.add(conversation);
    }
  }

  /** Of the event loop. */
  void closed(Conversation conversation) {
    conversations.remove(conversation);
    tellWhenDrained();
  }

  private void sweep() {
    long limit = System.nanoTime() - TIME.toNanos();
    long pause = NEXT_TURN_MS;
    for (int cuts = 0; cuts < CUTS_AT_A_TIME; cuts++) {
      Iterator<Conversation> oldest = conversations.iterator();
      if (!oldest.hasNext() || !oldest.next().isQuietSince(limit)) {
        pause = SWEEP_MS;
        break;
      }
      cutFirst(conversations.iterator());
    }
    group.schedule(this::sweep, pause, TimeUnit.MILLISECONDS);
  }

  /** Cuts the one that has been quiet for the longest time. */
  private static void cutFirst(Iterator<Conversation> oldest) {
    Conversation conversation = oldest.next();
    oldest.remove();
    conversation.cut();
  }
}
