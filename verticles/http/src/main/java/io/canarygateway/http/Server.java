package io.canarygateway.http;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.Optional;

/**
 * One server of an upstream, as a URL names it. Immutable.
 *
 * @param host a name, or an address without brackets
 * @param port 1 to 65535
 * @param authority host and port in the form of a {@code Host} header
 */
public record Server(String host, int port, String authority) {

  /** The address, if the host is one rather than a name. */
  Optional<InetAddress> literal() {
    return Optional.ofNullable(NetUtil.createInetAddressFromIpAddressString(host));
  }
}
