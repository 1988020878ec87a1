package io.canarygateway.http;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/**
 * The addresses of a name. Immutable.
 *
 * @param all the addresses; at least one
 * @param ttl how long they may be used before the name is looked up again, as the source said
 */
record Addresses(List<InetAddress> all, Duration ttl) {

  Addresses {
    all = List.copyOf(all);
  }
}
