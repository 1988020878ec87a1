package io.canarygateway.launcher;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.vertx.core.transport.Transport;
import java.util.concurrent.ThreadFactory;

/** Java's own sockets, and what a subclass does to them. */
class FaultyTransport implements Transport, io.vertx.core.spi.transport.Transport {

  /** Makes the sockets that connect. */
  Channel newClientChannel() {
    return new NioSocketChannel();
  }

  /** Called before event loops are made. */
  void beforeLoops() {}

  @Override
  public String name() {
    return "faulty";
  }

  @Override
  public boolean available() {
    return isAvailable();
  }

  @Override
  public Throwable unavailabilityCause() {
    return null;
  }

  @Override
  public io.vertx.core.spi.transport.Transport implementation() {
    return this;
  }

  @Override
  public EventLoopGroup eventLoopGroup(
      int type, int threads, ThreadFactory threadFactory, int ioRatio) {
    beforeLoops();
    return io.vertx.core.spi.transport.Transport.super.eventLoopGroup(
        type, threads, threadFactory, ioRatio);
  }

  @Override
  public IoHandlerFactory ioHandlerFactory() {
    return NioIoHandler.newFactory();
  }

  @Override
  public DatagramChannel datagramChannel() {
    return new NioDatagramChannel();
  }

  @Override
  @SuppressWarnings("deprecation") // of the interface's own
  public DatagramChannel datagramChannel(InternetProtocolFamily family) {
    return datagramChannel();
  }

  @Override
  public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
    return this::newClientChannel;
  }

  @Override
  public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
    return NioServerSocketChannel::new;
  }
}
