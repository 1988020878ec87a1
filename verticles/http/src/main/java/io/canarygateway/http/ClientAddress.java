package io.canarygateway.http;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The other end of a client's connection, and whether TLS leads to it. Behind a proxy that speaks
 * the PROXY protocol, it is the client that the proxy has named. Confined to the connection's event
 * loop.
 */
public final class ClientAddress {

  /** The address that a PROXY header has given; a socket of its own has none. */
  private static final AttributeKey<InetAddress> NAMED =
      AttributeKey.valueOf(ClientAddress.class, "named");

  private final Channel channel;
  private @Nullable String text;

  ClientAddress(Channel channel) {
    this.channel = channel;
  }

  /** Makes an address that of a connection's client, instead of the socket's other end. */
  static void replace(Channel channel, InetAddress client) {
    channel.attr(NAMED).set(client);
  }

  /** Whether the client speaks TLS. */
  public boolean isTls() {
    return channel.pipeline().get(SslHandler.class) != null;
  }

  /** The IP address; null if the connection has none. */
  public @Nullable InetAddress ip() {
    if (channel.hasAttr(NAMED)) {
      return channel.attr(NAMED).get();
    }
    return channel.remoteAddress() instanceof InetSocketAddress address
        ? address.getAddress()
        : null;
  }

  /** The IP address as text; empty if the connection has none. */
  public String text() {
    if (text == null) {
      InetAddress ip = ip();
      text = ip == null ? "" : NetUtil.toAddressString(ip);
    }
    return text;
  }
}
