package io.canarygateway.http;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.resolver.dns.DnsCache;
import io.netty.resolver.dns.DnsCacheEntry;
import io.netty.resolver.dns.DnsCnameCache;
import io.netty.resolver.dns.NoopDnsCache;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A cache of one DNS lookup that keeps nothing but the shortest time to live, of addresses and of
 * aliases (CNAME) on the way to them. Confined to the lookup's event loop.
 */
final class TtlRecorder implements DnsCache, DnsCnameCache {

  private long seconds = Long.MAX_VALUE;

  /** The shortest time to live, in seconds; the largest number if there was none. */
  long seconds() {
    return seconds;
  }

  @Override
  public DnsCacheEntry cache(
      String name, DnsRecord @Nullable [] more, InetAddress address, long ttl, EventLoop loop) {
    seconds = Math.min(seconds, ttl);
    return NoopDnsCache.INSTANCE.cache(name, more, address, ttl, loop);
  }

  @Override
  public DnsCacheEntry cache(
      String name, DnsRecord @Nullable [] more, Throwable cause, EventLoop loop) {
    return NoopDnsCache.INSTANCE.cache(name, more, cause, loop);
  }

  @Override
  public void cache(String name, String alias, long ttl, EventLoop loop) {
    seconds = Math.min(seconds, ttl);
  }

  @Override
  public List<? extends DnsCacheEntry> get(String name, DnsRecord @Nullable [] more) {
    return List.of();
  }

  @Override
  public @Nullable String get(String name) {
    return null;
  }

  @Override
  public void clear() {}

  @Override
  public boolean clear(String name) {
    return false;
  }
}
