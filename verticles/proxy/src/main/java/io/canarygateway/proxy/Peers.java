package io.canarygateway.proxy;

import io.netty.util.NetUtil;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** The address at the other end of a client's connection. */
final class Peers {

  private Peers() {}

  /** The peer's address as text, or an empty string if it has none. */
  static String nameOf(HttpConnection connection) {
    SocketAddress address = connection.remoteAddress();
    return address == null || address.hostAddress() == null ? "" : address.hostAddress();
  }

  /** The peer's address, or null if it has none. */
  static InetAddress addressOf(HttpConnection connection) {
    byte[] octets = NetUtil.createByteArrayFromIpAddressString(nameOf(connection));
    if (octets == null) {
      return null;
    }
    try {
      return InetAddress.getByAddress(octets);
    } catch (UnknownHostException e) {
      return null;
    }
  }
}
