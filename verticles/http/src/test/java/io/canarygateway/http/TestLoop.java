package io.canarygateway.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** An event loop for one test, with Java's sockets. */
class TestLoop implements Sockets, AutoCloseable {

  private static final long MOST_SECONDS = 30;

  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final EventLoop loop = group.next();
  final AtomicInteger upstreamConnections = new AtomicInteger();

  /** Runs a task on the event loop and waits for its result. */
  <T> T call(Callable<T> task) {
    try {
      return loop.submit(task).get(MOST_SECONDS, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  void run(Runnable task) {
    call(
        () -> {
          task.run();
          return null;
        });
  }

  UpstreamLoop upstreams() {
    return new UpstreamLoop(loop, this, upstreamConnections, () -> false, System::nanoTime);
  }

  /** Settings of several servers at 127.0.0.1. */
  static TargetSettings settings(List<Integer> ports, Optional<HealthCheck> healthCheck) {
    TargetSettings one = settings(ports.get(0), 100);
    return new TargetSettings(
        false,
        ports.stream().map(port -> new Server("127.0.0.1", port, "127.0.0.1:" + port)).toList(),
        false,
        one.timeout(),
        false,
        one.quiet(),
        one.idleTimeout(),
        one.maxIdle(),
        one.maxConns(),
        healthCheck);
  }

  /** An upstream whose names are those of the system. */
  UpstreamTarget target(TargetSettings settings) {
    UpstreamDirectory directory =
        new UpstreamDirectory(this, NameServers.ofSystem(this), System::nanoTime, which -> {});
    return call(() -> directory.open(upstreams(), settings));
  }

  /** An upstream whose addresses are in the settings. */
  UpstreamTarget target(UpstreamLoop upstreams, TargetSettings settings) {
    Server server = settings.servers().get(0);
    EndpointView only =
        EndpointView.only(
            new Endpoint(
                server,
                new InetSocketAddress(server.literal().orElseThrow(), server.port()),
                suspect -> {}));
    return call(() -> new UpstreamTarget(upstreams, () -> only, settings, () -> {}));
  }

  /** A pool of connections to a server at 127.0.0.1. */
  UpstreamTarget pool(int port, int maxConns) {
    return target(settings(port, maxConns));
  }

  static TargetSettings settings(int port, int maxConns) {
    return settings("127.0.0.1", port, maxConns, Duration.ofSeconds(5));
  }

  static TargetSettings settings(String host, int port, int maxConns, Duration timeout) {
    return new TargetSettings(
        false,
        List.of(new Server(host, port, host + ":" + port)),
        false,
        timeout,
        false,
        timeout,
        Duration.ofSeconds(30),
        maxConns,
        maxConns,
        Optional.empty());
  }

  @Override
  public EventLoop currentLoop() {
    return loop;
  }

  @Override
  public EventLoop acceptorLoop() {
    return loop;
  }

  @Override
  public ChannelFactory<? extends ServerChannel> serverChannels() {
    return NioServerSocketChannel::new;
  }

  @Override
  public ChannelFactory<? extends Channel> clientChannels() {
    return NioSocketChannel::new;
  }

  @Override
  public ChannelFactory<? extends DatagramChannel> datagramChannels() {
    return NioDatagramChannel::new;
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
