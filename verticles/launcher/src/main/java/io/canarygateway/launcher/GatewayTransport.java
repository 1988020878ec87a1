package io.canarygateway.launcher;

import io.canarygateway.http.AcceptBackoff;
import io.canarygateway.http.LaterClose;
import io.canarygateway.http.Sockets;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.net.ClientOptionsBase;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.transport.Transport;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * The transport that one Vert.x runs on. It also makes sockets of that transport for the modules
 * that use Netty's channels on Vert.x's event loops. No other class uses Vert.x's transport SPI;
 * ArchitectureTest checks that.
 *
 * <p>It wraps one of Vert.x's transports and passes every call on. It remembers the event loops
 * that Vert.x makes, so the methods of {@link Sockets} work once Vert.x is built. Any thread may
 * call it.
 */
final class GatewayTransport implements Transport, io.vertx.core.spi.transport.Transport, Sockets {

  /** Percent of an event loop's time that goes to sockets; Vert.x's own value. */
  private static final int IO_RATIO = 50;

  private final String name;
  private final io.vertx.core.spi.transport.Transport transport;
  private volatile @Nullable EventLoopGroup eventLoops;
  private volatile @Nullable EventLoopGroup acceptors;

  GatewayTransport(Transport transport) {
    name = transport.name();
    this.transport = transport.implementation();
  }

  /** Whether the sockets come from a native library (epoll, io_uring, kqueue), not from Java. */
  boolean isNative() {
    return !name.equals(NIO.name());
  }

  /** Makes a group of one event loop that Vert.x does not use; the caller shuts it down. */
  EventLoopGroup newLoop(ThreadFactory threads) {
    return transport.eventLoopGroup(IO_EVENT_LOOP_GROUP, 1, threads, IO_RATIO);
  }

  @Override
  public EventLoop currentLoop() {
    for (EventExecutor loop : made(eventLoops)) {
      if (loop.inEventLoop()) {
        return (EventLoop) loop;
      }
    }
    throw new IllegalStateException(Thread.currentThread() + " is no event loop of Vert.x");
  }

  @Override
  public EventLoop acceptorLoop() {
    return made(acceptors).next();
  }

  private static EventLoopGroup made(@Nullable EventLoopGroup group) {
    if (group == null) {
      throw new IllegalStateException("Vert.x has not made its event loops yet");
    }
    return group;
  }

  @Override
  public ChannelFactory<? extends ServerChannel> serverChannels() {
    return serverChannelFactory(false);
  }

  @Override
  public ChannelFactory<? extends Channel> clientChannels() {
    return channelFactory(false);
  }

  @Override
  public ChannelFactory<? extends DatagramChannel> datagramChannels() {
    return this::datagramChannel;
  }

  @Override
  public EventLoopGroup eventLoopGroup(
      int type, int threads, ThreadFactory threadFactory, int ioRatio) {
    EventLoopGroup group = transport.eventLoopGroup(type, threads, threadFactory, ioRatio);
    if (type == IO_EVENT_LOOP_GROUP) {
      eventLoops = group;
    } else if (type == ACCEPTOR_EVENT_LOOP_GROUP) {
      acceptors = group;
    }
    return group;
  }

  @Override
  public void configure(NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
    transport.configure(options, domainSocket, bootstrap);
    bootstrap.handler(
        new ChannelInitializer<Channel>() {
          @Override
          protected void initChannel(Channel listening) {
            listening.pipeline().addLast(new AcceptBackoff(), LaterClose.forAccepted());
          }
        });
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean available() {
    return transport.isAvailable();
  }

  @Override
  public io.vertx.core.spi.transport.Transport implementation() {
    return this;
  }

  @Override
  public void configure(
      ClientOptionsBase options, int connectTimeout, boolean domainSocket, Bootstrap bootstrap) {
    transport.configure(options, connectTimeout, domainSocket, bootstrap);
  }

  @Override
  public void configure(DatagramChannel channel, DatagramSocketOptions options) {
    transport.configure(channel, options);
  }

  @Override
  public IoHandlerFactory ioHandlerFactory() {
    return transport.ioHandlerFactory();
  }

  @Override
  public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
    return transport.channelFactory(domainSocket);
  }

  @Override
  public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
    return transport.serverChannelFactory(domainSocket);
  }

  @Override
  public DatagramChannel datagramChannel() {
    return transport.datagramChannel();
  }

  @Override
  @SuppressWarnings("deprecation") // The SPI's own method has a deprecated parameter.
  public DatagramChannel datagramChannel(InternetProtocolFamily family) {
    return transport.datagramChannel(family);
  }

  @Override
  public boolean supportsDomainSockets() {
    return transport.supportsDomainSockets();
  }

  @Override
  public boolean supportFileRegion() {
    return transport.supportFileRegion();
  }

  @Override
  public boolean isAvailable() {
    return transport.isAvailable();
  }

  @Override
  public Throwable unavailabilityCause() {
    return transport.unavailabilityCause();
  }

  @Override
  public java.net.SocketAddress convert(SocketAddress address) {
    return transport.convert(address);
  }

  @Override
  public SocketAddress convert(java.net.SocketAddress address) {
    return transport.convert(address);
  }
}
