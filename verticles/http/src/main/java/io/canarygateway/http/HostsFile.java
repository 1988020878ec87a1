package io.canarygateway.http;

import io.netty.resolver.HostsFileEntriesProvider;
import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The names of {@code /etc/hosts}. The file has no times to live, so it is read every 5 s. */
final class HostsFile {

  private static final Duration TTL = Duration.ofSeconds(5);
  private static final String LOCALHOST = "localhost";

  private HostsFile() {}

  /**
   * Looks a name up. {@code localhost} is known even if the file does not have it. Blocks while it
   * reads the file.
   */
  static Optional<Addresses> lookup(String name) {
    HostsFileEntriesProvider entries = HostsFileEntriesProvider.parser().parseSilently();
    String key = name.toLowerCase(Locale.ROOT);
    List<InetAddress> found =
        new ArrayList<>(entries.ipv4Entries().getOrDefault(key, Collections.emptyList()));
    if (found.isEmpty() || speaksIpv6()) {
      found.addAll(entries.ipv6Entries().getOrDefault(key, Collections.emptyList()));
    }
    if (found.isEmpty() && key.equals(LOCALHOST)) {
      found.add(NetUtil.LOCALHOST4);
    }
    return found.isEmpty() ? Optional.empty() : Optional.of(new Addresses(found, TTL));
  }

  /** Whether the machine has an IPv6 address that others can reach. */
  private static boolean speaksIpv6() {
    return NetUtil.NETWORK_INTERFACES.stream()
        .flatMap(NetworkInterface::inetAddresses)
        .anyMatch(
            address ->
                address instanceof Inet6Address
                    && !address.isLoopbackAddress()
                    && !address.isLinkLocalAddress()
                    && !address.isAnyLocalAddress());
  }
}
