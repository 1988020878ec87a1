package io.canarygateway.http;

import io.netty.channel.EventLoop;
import io.netty.resolver.AddressResolverGroup;
import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** The connections to servers of one event loop. All calls come from that event loop. */
public final class UpstreamLoop {

  /** What has to look at the clock now and then. */
  interface Swept {
    void sweep(long nowNanos);
  }

  private static final long SWEEP_MS = 20;

  private final EventLoop loop;
  private final Sockets sockets;
  private final AddressResolverGroup<InetSocketAddress> resolver;
  private final AtomicInteger openConnections;
  private final BooleanSupplier crowded;
  private final LongSupplier clock;
  private final Set<Swept> all = new LinkedHashSet<>();
  private final HeadParsers parsers = new HeadParsers(FirstLine.Kind.RESPONSE, HeadLimits.RESPONSE);

  /**
   * An event loop without pools yet.
   *
   * @param resolver finds the addresses of names
   * @param openConnections counts the open connections of this and any other event loop
   * @param crowded whether there are so many sockets that idle ones are given up
   * @param clock as {@link System#nanoTime}
   */
  public UpstreamLoop(
      EventLoop loop,
      Sockets sockets,
      AddressResolverGroup<InetSocketAddress> resolver,
      AtomicInteger openConnections,
      BooleanSupplier crowded,
      LongSupplier clock) {
    this.loop = loop;
    this.sockets = sockets;
    this.resolver = resolver;
    this.openConnections = openConnections;
    this.crowded = crowded;
    this.clock = clock;
    loop.scheduleAtFixedRate(this::sweep, SWEEP_MS, SWEEP_MS, TimeUnit.MILLISECONDS);
  }

  void add(Swept swept) {
    all.add(swept);
  }

  void remove(Swept swept) {
    all.remove(swept);
  }

  EventLoop loop() {
    return loop;
  }

  Sockets sockets() {
    return sockets;
  }

  AddressResolverGroup<InetSocketAddress> resolver() {
    return resolver;
  }

  AtomicInteger openConnections() {
    return openConnections;
  }

  boolean crowded() {
    return crowded.getAsBoolean();
  }

  long now() {
    return clock.getAsLong();
  }

  /** Parsers of responses' heads. */
  HeadParsers parsers() {
    return parsers;
  }

  private void sweep() {
    if (!all.isEmpty()) {
      long now = now();
      List.copyOf(all).forEach(each -> each.sweep(now));
    }
  }
}
