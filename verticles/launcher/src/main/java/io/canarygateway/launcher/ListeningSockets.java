package io.canarygateway.launcher;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.net.ClientOptionsBase;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.transport.Transport;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * A transport that knows the sockets which listen, so that listening can end before anything
 * happens to the connections. A Vert.x server that shuts down first closes each connection that has
 * no request in progress, also one that was just accepted and whose request is on its way.
 *
 * <p>Sockets are told apart by the address in their server's options; a server that listens
 * elsewhere than its options say is not known. Any thread may use it.
 */
final class ListeningSockets implements Transport, io.vertx.core.spi.transport.Transport {

  /** Long enough for the event loop to look at the socket once more. */
  private static final long SOON_MS = 1;

  private final String name;
  private final io.vertx.core.spi.transport.Transport transport;
  private final Map<SocketAddress, Channel> sockets = new ConcurrentHashMap<>();

  ListeningSockets(Transport transport) {
    name = transport.name();
    this.transport = transport.implementation();
  }

  /**
   * Ends listening. Connections that were accepted stay.
   *
   * @param address the host and port in the server's options
   * @return done once new connections are refused; at once if nothing listens there
   */
  Future<Void> close(SocketAddress address) {
    Channel socket = sockets.get(address);
    if (socket == null) {
      return Future.succeededFuture();
    }
    Promise<Void> closed = Promise.promise();
    socket.closeFuture().addListener(done -> closed.complete());
    // The system resets what it has connected and nobody has accepted: all of that is accepted
    // first.
    socket.eventLoop().schedule(() -> socket.close(), SOON_MS, TimeUnit.MILLISECONDS);
    return closed.future();
  }

  /** Whether they are the system's, and not Java's own. */
  boolean areNative() {
    return !name.equals(NIO.name());
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
  public void configure(NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
    transport.configure(options, domainSocket, bootstrap);
    bootstrap.handler(new ListeningSocket(addressOf(options)));
  }

  /** A negative port is one that all servers with the same have got together, a free one. */
  private static SocketAddress addressOf(NetServerOptions options) {
    return options.getPort() < 0
        ? SocketAddress.sharedRandomPort(-options.getPort(), options.getHost())
        : SocketAddress.inetSocketAddress(options.getPort(), options.getHost());
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
  public EventLoopGroup eventLoopGroup(
      int type, int threads, ThreadFactory threadFactory, int ioRatio) {
    return transport.eventLoopGroup(type, threads, threadFactory, ioRatio);
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

  /** One of them, from when it listens until it no longer does. */
  private final class ListeningSocket extends ChannelInboundHandlerAdapter {

    private final SocketAddress address;

    private ListeningSocket(SocketAddress address) {
      this.address = address;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      if (address.port() < 0
          || context.channel().localAddress() instanceof InetSocketAddress bound
              && bound.getPort() == address.port()) {
        sockets.put(address, context.channel());
      }
      context.fireChannelActive();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      sockets.remove(address, context.channel());
      context.fireChannelInactive();
    }
  }
}
