package io.canarygateway.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol.AddressFamily;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol.TransportProtocol;
import io.netty.util.NetUtil;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The header of HAProxy's PROXY protocol, version 1 or 2, with which a proxy says for which client
 * a connection is. It stands before all other bytes, also those of TLS. Until it has arrived, the
 * connection counts as one without a request, so it can be evicted and drained. Confined to the
 * connection's event loop.
 */
final class ProxyHeader extends ChannelInboundHandlerAdapter implements Deadlines.Owner {

  /** Addresses take at most 16 + 216 bytes of version 2. So a header has at most 4 KiB. */
  private static final int MOST_TLV_BYTES = 4 * 1024 - 16 - 216;

  private final ConnectionServices services;
  private final ServerConnection connection;
  private final Deadlines.Deadline deadline = new Deadlines.Deadline(this);
  private ChannelHandlerContext context;
  private boolean over;

  @SuppressWarnings("NullAway.Init") // The context is set by handlerAdded, before any other call.
  private ProxyHeader(ConnectionServices services, ServerConnection connection) {
    this.services = services;
    this.connection = connection;
  }

  /**
   * Adds the handlers of the header at the end of a new connection's pipeline.
   *
   * @param connection the handler that serves the connection behind the header
   */
  static void install(
      ChannelPipeline pipeline, ConnectionServices services, ServerConnection connection) {
    pipeline.addLast(new HAProxyMessageDecoder(MOST_TLV_BYTES));
    pipeline.addLast(new ProxyHeader(services, connection));
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  /** The deadline begins before that of the connection, so that it is over first. */
  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    services.deadlines().awaitingHead.begin(deadline, services.deadlines().now());
    ctx.fireChannelActive();
    if (ctx.channel().isActive() && !services.handler().mayNameClients(peer())) {
      refuse(ProxyRefusal.UNTRUSTED);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (!over && message instanceof HAProxyMessage header) {
        take(header);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void take(HAProxyMessage header) {
    if (namesClient(header)) {
      Optional<InetAddress> client = address(header.sourceAddress());
      if (client.isEmpty()) {
        refuse(ProxyRefusal.MALFORMED);
        return;
      }
      ClientAddress.replace(context.channel(), client.get());
    }
    end();
    context.pipeline().remove(this); // The decoder now passes the bytes behind the header on.
  }

  /** A proxy's own connections, and those of other families, keep the address of the socket. */
  private static boolean namesClient(HAProxyMessage header) {
    AddressFamily family = header.proxiedProtocol().addressFamily();
    return header.command() == HAProxyCommand.PROXY
        && header.proxiedProtocol().transportProtocol() == TransportProtocol.STREAM
        && (family == AddressFamily.AF_IPv4 || family == AddressFamily.AF_IPv6);
  }

  /** An IPv4 address that was mapped to IPv6 is one of IPv4, as on a socket. */
  private static Optional<InetAddress> address(@Nullable String text) {
    byte[] address = text == null ? null : NetUtil.createByteArrayFromIpAddressString(text);
    try {
      return address == null ? Optional.empty() : Optional.of(InetAddress.getByAddress(address));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  /** A peer that resets its connection has sent no malformed header. */
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof DecoderException) {
      refuse(ProxyRefusal.MALFORMED);
    } else {
      InternalErrors.log(cause);
      ctx.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    end();
    ctx.fireChannelInactive();
  }

  private void refuse(ProxyRefusal why) {
    if (!over) {
      end();
      services.handler().proxyRefused(why, peer());
      context.close();
    }
  }

  private void end() {
    over = true;
    deadline.cancel();
  }

  /** The other end of the socket, whatever the header says. */
  private @Nullable InetAddress peer() {
    return context.channel().remoteAddress() instanceof InetSocketAddress address
        ? address.getAddress()
        : null;
  }

  @Override
  public void overdue(Deadlines list) {
    refuse(ProxyRefusal.TIMEOUT);
  }

  @Override
  public void close() {
    end();
    connection.close();
  }

  @Override
  public void evicted() {
    end();
    connection.evicted();
  }
}
