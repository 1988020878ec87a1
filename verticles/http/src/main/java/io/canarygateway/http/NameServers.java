package io.canarygateway.http;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import io.netty.resolver.dns.NoopAuthoritativeDnsServerCache;
import io.netty.resolver.dns.SequentialDnsServerAddressStreamProvider;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The lookup of names: {@code /etc/hosts} first, then DNS. No lookup blocks an event loop.
 * Thread-safe.
 *
 * <p>Each lookup has a socket of its own, so that its port is hard to guess.
 */
public final class NameServers {

  /**
   * The system property that names other DNS servers than those of the system: addresses with
   * ports, separated by commas, such as {@code 127.0.0.1:5353}.
   */
  public static final String PROPERTY = "io.canarygateway.nameServers";

  private static final long QUERY_TIMEOUT_MS = 2_000;

  private final Sockets sockets;
  private final DnsServerAddressStreamProvider servers;

  private NameServers(Sockets sockets, DnsServerAddressStreamProvider servers) {
    this.sockets = sockets;
    this.servers = servers;
  }

  /**
   * The servers that {@link #PROPERTY} names, else those of the system.
   *
   * @param sockets the factory of sockets
   * @return the name servers
   * @throws IllegalArgumentException if the property is set and is no list of addresses with ports
   */
  public static NameServers ofSystem(Sockets sockets) {
    String set = System.getProperty(PROPERTY, "");
    return set.isEmpty()
        ? new NameServers(sockets, DnsServerAddressStreamProviders.platformDefault())
        : of(sockets, Arrays.stream(set.split(",")).map(NameServers::address).toList());
  }

  /**
   * Given servers.
   *
   * @param sockets the factory of sockets
   * @param servers the servers, in the order in which they are asked
   * @return the name servers
   */
  public static NameServers of(Sockets sockets, List<InetSocketAddress> servers) {
    return new NameServers(sockets, new SequentialDnsServerAddressStreamProvider(servers));
  }

  private static InetSocketAddress address(String text) {
    int colon = text.lastIndexOf(':');
    InetAddress host =
        colon < 0 ? null : NetUtil.createInetAddressFromIpAddressString(text.substring(0, colon));
    if (host == null) {
      throw new IllegalArgumentException(PROPERTY + ": " + text + " is no address with a port");
    }
    return new InetSocketAddress(host, Integer.parseInt(text.substring(colon + 1)));
  }

  /**
   * Looks a name up.
   *
   * @param loop the event loop that the DNS query runs on
   * @return the addresses, later and on any thread; fails if the name has none or nobody answers
   */
  CompletableFuture<Addresses> lookup(String name, EventLoop loop) {
    return CompletableFuture.supplyAsync(() -> HostsFile.lookup(name))
        .thenComposeAsync(
            listed ->
                listed.map(CompletableFuture::completedFuture).orElseGet(() -> ask(name, loop)),
            loop);
  }

  private CompletableFuture<Addresses> ask(String name, EventLoop loop) {
    TtlRecorder ttl = new TtlRecorder();
    DnsNameResolver resolver =
        new DnsNameResolverBuilder(loop)
            .datagramChannelFactory(sockets.datagramChannels())
            .nameServerProvider(servers)
            .queryTimeoutMillis(QUERY_TIMEOUT_MS)
            .completeOncePreferredResolved(false)
            .resolveCache(ttl)
            .cnameCache(ttl)
            .authoritativeDnsServerCache(NoopAuthoritativeDnsServerCache.INSTANCE)
            .hostsFileEntriesResolver((host, types) -> null)
            .build();
    CompletableFuture<Addresses> answer = new CompletableFuture<>();
    resolver
        .resolveAll(name, List.<DnsRecord>of())
        .addListener(
            (Future<List<InetAddress>> done) -> {
              resolver.close();
              if (done.isSuccess()) {
                answer.complete(
                    new Addresses(done.getNow(), Duration.ofSeconds(Math.min(ttl.seconds(), 60))));
              } else {
                answer.completeExceptionally(done.cause());
              }
            });
    return answer;
  }
}
