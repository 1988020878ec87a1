package io.canarygateway.http;

import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import java.net.InetSocketAddress;

/** How the addresses of servers are found without blocking an event loop. Any thread. */
public final class NameServers {

  private NameServers() {}

  /** Asks the system's name servers, and keeps each answer for as long as it says. */
  public static AddressResolverGroup<InetSocketAddress> resolver(Sockets sockets) {
    return new DnsAddressResolverGroup(
        new DnsNameResolverBuilder().datagramChannelFactory(sockets.datagramChannels()));
  }
}
