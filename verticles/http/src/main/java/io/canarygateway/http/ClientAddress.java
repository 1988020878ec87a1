package io.canarygateway.http;

import io.netty.channel.Channel;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The address at the other end of a client's connection. Confined to the connection's event loop.
 */
public final class ClientAddress {

  private final Channel channel;
  private @Nullable String text;

  ClientAddress(Channel channel) {
    this.channel = channel;
  }

  /** The IP address; null if the connection has none. */
  public @Nullable InetAddress ip() {
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
