package io.canarygateway.launcher;

import io.canarygateway.http.AcceptBackoff;
import io.canarygateway.http.Sockets;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
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

/**
 * The transport that one Vert.x runs on, and the sockets of that transport for code that uses
 * Netty's channels on Vert.x's event loops. It is the only user of Vert.x's transport SPI.
 *
 * <p>Everything that Vert.x asks for is passed on to the transport within. The event loops are kept
 * when Vert.x makes them, so {@link Sockets}' methods work once Vert.x is built. Any thread may
 * call it.
 */
final class GatewayTransport implements Transport, io.vertx.core.spi.transport.Transport, Sockets {

  /** The share of time for sockets, in percent; Vert.x's own. */
  private static final int IO_RATIO = 50;

  private final String name;
  private final io.vertx.core.spi.transport.Transport transport;
  private volatile EventLoopGroup eventLoops;
  private volatile EventLoopGroup acceptors;

  GatewayTransport(Transport transport) {
    name = transport.name();
    this.transport = transport.implementation();
  }

  /** Whether the sockets are the operating system's own, not Java's. */
  boolean isNative() {
    return !name.equals(NIO.name());
  }

  /** A group of one loop that is none of Vert.x's; the caller shuts it down. */
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

  private static EventLoopGroup made(EventLoopGroup group) {
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
    bootstrap.handler(new AcceptBackoff());
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
  @SuppressWarnings("deprecation") // of the interface's own
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
