package io.canarygateway.http;

import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import java.net.InetSocketAddress;

/** The lookup of upstreams' addresses by DNS, which blocks no event loop. Thread-safe. */
public final class NameServers {

  private NameServers() {}

  /** A resolver that asks the system's name servers and keeps each answer for its time to live. */
  public static AddressResolverGroup<InetSocketAddress> resolver(Sockets sockets) {
    return new DnsAddressResolverGroup(
        new DnsNameResolverBuilder().datagramChannelFactory(sockets.datagramChannels()));
  }
}
