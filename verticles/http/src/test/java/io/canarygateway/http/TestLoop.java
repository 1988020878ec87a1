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
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.DefaultAddressResolverGroup;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** An event loop for one test, with Java's sockets. */
class TestLoop implements Sockets, AutoCloseable {

  private static final long MOST_SECONDS = 10;

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
    return upstreams(DefaultAddressResolverGroup.INSTANCE);
  }

  UpstreamLoop upstreams(AddressResolverGroup<InetSocketAddress> resolver) {
    return new UpstreamLoop(
        loop, this, resolver, upstreamConnections, () -> false, System::nanoTime);
  }

  /** A pool of connections to a server at 127.0.0.1. */
  UpstreamPool pool(int port, int maxConns) {
    return call(() -> new UpstreamPool(upstreams(), endpoint(port, maxConns)));
  }

  static Endpoint endpoint(int port, int maxConns) {
    return endpoint("127.0.0.1", port, maxConns, Duration.ofSeconds(5));
  }

  static Endpoint endpoint(String host, int port, int maxConns, Duration timeout) {
    return new Endpoint(
        false,
        host,
        port,
        false,
        timeout,
        false,
        timeout,
        Duration.ofSeconds(30),
        maxConns,
        maxConns);
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
