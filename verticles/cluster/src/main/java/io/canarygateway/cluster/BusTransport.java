package io.canarygateway.cluster;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.netty.util.AttributeKey;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.net.ClientOptionsBase;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.TCPSSLOptions;
import io.vertx.core.transport.Transport;
import java.net.SocketAddress;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * A transport of Vert.x that puts mutual TLS under the event bus and passes all else on.
 *
 * <p>Vert.x could encrypt the event bus itself. But it turns the options of the bus into JSON,
 * which keeps certificates only as texts and files that are read once. So it could neither replace
 * a certificate while it runs, nor close silent connections early. {@code RATIONALE.md} has more.
 */
final class BusTransport implements Transport, io.vertx.core.spi.transport.Transport {

  /**
   * Marks the options of the event bus. Of all that survives Vert.x's copying by JSON, this does
   * nothing by itself: the list of ciphers counts only with Vert.x's own TLS.
   */
  private static final String MARK = "GATEWAY_CLUSTER_BUS";

  private static final AttributeKey<Boolean> BUS = AttributeKey.valueOf(BusTransport.class, "bus");

  private final Transport base;
  private final io.vertx.core.spi.transport.Transport transport;
  private final BusTls tls;
  private volatile boolean guarding;

  BusTransport(Transport base, BusTls tls) {
    this.base = base;
    this.transport = base.implementation();
    this.tls = tls;
  }

  /** Marks the options, so that this transport knows the sockets of the event bus. */
  static void mark(EventBusOptions options) {
    options.addEnabledCipherSuite(MARK);
  }

  private static boolean isBus(TCPSSLOptions options) {
    return options.getEnabledCipherSuites().contains(MARK);
  }

  /** Whether the event bus listens through this transport. */
  boolean guarding() {
    return guarding;
  }

  @Override
  public void configure(NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
    transport.configure(options, domainSocket, bootstrap);
    if (isBus(options)) {
      guarding = true;
      ChannelHandler others = bootstrap.config().handler();
      bootstrap.handler(
          new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel listener) {
              if (others != null) {
                listener.pipeline().addLast(others);
              }
              listener.pipeline().addLast(tls.guard());
            }
          });
    }
  }

  @Override
  public void configure(
      ClientOptionsBase options, int connectTimeout, boolean domainSocket, Bootstrap bootstrap) {
    transport.configure(options, connectTimeout, domainSocket, bootstrap);
    if (isBus(options)) {
      bootstrap.attr(BUS, true);
    }
  }

  /** Vert.x replaces the bootstrap's handler later, so each channel looks for the mark itself. */
  @Override
  public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
    ChannelFactory<? extends Channel> plain = transport.channelFactory(domainSocket);
    return () -> {
      Channel channel = plain.newChannel();
      channel
          .pipeline()
          .addFirst(
              new ChannelInitializer<Channel>() {
                @Override
                protected void initChannel(Channel registered) {
                  if (registered.hasAttr(BUS)) {
                    tls.connecting(registered);
                  }
                }
              });
      return channel;
    };
  }

  @Override
  public String name() {
    return base.name();
  }

  @Override
  public boolean available() {
    return base.available();
  }

  @Override
  public boolean isAvailable() {
    return transport.isAvailable();
  }

  @Override
  public @Nullable Throwable unavailabilityCause() {
    return transport.unavailabilityCause();
  }

  @Override
  public io.vertx.core.spi.transport.Transport implementation() {
    return this;
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
  public SocketAddress convert(io.vertx.core.net.SocketAddress address) {
    return transport.convert(address);
  }

  @Override
  public io.vertx.core.net.SocketAddress convert(SocketAddress address) {
    return transport.convert(address);
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
  public DatagramChannel datagramChannel() {
    return transport.datagramChannel();
  }

  @Override
  @SuppressWarnings("deprecation")
  public DatagramChannel datagramChannel(InternetProtocolFamily family) {
    return transport.datagramChannel(family);
  }

  @Override
  public void configure(DatagramChannel channel, DatagramSocketOptions options) {
    transport.configure(channel, options);
  }

  @Override
  public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
    return transport.serverChannelFactory(domainSocket);
  }
}
