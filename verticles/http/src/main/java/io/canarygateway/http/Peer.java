package io.canarygateway.http;

import io.netty.channel.Channel;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Who is at the other end of a connection. On one event loop. */
public final class Peer {

  private final Channel channel;
  private String text;

  Peer(Channel channel) {
    this.channel = channel;
  }

  /** Its address, or null if it has none. */
  public InetAddress address() {
    return channel.remoteAddress() instanceof InetSocketAddress address
        ? address.getAddress()
        : null;
  }

  /** Its address as text, or an empty text if it has none. */
  public String text() {
    if (text == null) {
      InetAddress address = address();
      text = address == null ? "" : NetUtil.toAddressString(address);
    }
    return text;
  }
}
