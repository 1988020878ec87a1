package io.canarygateway.proxy;

import io.canarygateway.config.RoutingConfig;
import io.canarygateway.http.HeaderName;
import io.canarygateway.http.RequestHead;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The address of the client that a request comes from.
 *
 * <p>Each proxy appends the address that it sees to {@code X-Forwarded-For}. So the list is read
 * from its end, beginning with the connection's own address: the first address that is not one of
 * {@code trusted-proxies} is the client. What stands before it is the client's own text. Without
 * {@code trusted-proxies} nothing of the header counts.
 *
 * <p>Stateless.
 */
final class ClientSource {

  /** A longer chain of trusted proxies is an attempt to waste time. */
  private static final int MAX_HOPS = 32;

  private ClientSource() {}

  /**
   * The client's address.
   *
   * @param peer the address at the other end of the connection; null for a Unix socket
   * @return the address; null if it is not known
   */
  static @Nullable InetAddress of(
      RequestHead head, @Nullable InetAddress peer, RoutingConfig routing) {
    if (routing.trustedProxies() == null || !routing.trusts(peer)) {
      return peer;
    }
    InetAddress nearest = peer;
    int hops = 0;
    List<String> lines = head.all(HeaderName.X_FORWARDED_FOR);
    for (int i = lines.size() - 1; i >= 0; i--) {
      String line = lines.get(i);
      int comma;
      for (int end = line.length(); end >= 0; end = comma) {
        comma = line.lastIndexOf(',', end - 1);
        String entry = line.substring(comma + 1, end).strip();
        if (entry.isEmpty()) {
          continue;
        }
        nearest = ++hops > MAX_HOPS ? null : address(entry);
        if (nearest == null || !routing.trusts(nearest)) {
          return nearest;
        }
      }
    }
    return nearest;
  }

  /** An address, with or without a port; null if the entry is none, such as {@code unknown}. */
  private static @Nullable InetAddress address(String entry) {
    String ip = entry;
    if (entry.startsWith("[")) {
      ip = entry.substring(1, Math.max(1, entry.indexOf(']')));
    } else if (entry.indexOf(':') == entry.lastIndexOf(':') && entry.indexOf(':') > 0) {
      ip = entry.substring(0, entry.indexOf(':'));
    }
    return NetUtil.createInetAddressFromIpAddressString(ip);
  }
}
