package io.canarygateway.http;

import io.netty.channel.EventLoop;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** The upstream connections of one event loop. Confined to that event loop. */
public final class UpstreamLoop {

  /** A task that checks deadlines every 20 ms. */
  interface Sweeper {
    void sweep(long nowNanos);
  }

  private static final long SWEEP_MS = 20;

  private final EventLoop loop;
  private final Sockets sockets;
  private final AtomicInteger openConnections;
  private final BooleanSupplier crowded;
  private final LongSupplier clock;
  private final Set<Sweeper> sweepers = new LinkedHashSet<>();
  private final HeadParsers parsers = new HeadParsers(FirstLine.Kind.RESPONSE, HeadLimits.RESPONSE);
  private final Http2ClientHeads http2Heads = new Http2ClientHeads(parsers);

  /**
   * An event loop without pools yet.
   *
   * @param openConnections counts the open upstream connections of all event loops
   * @param crowded whether there are so many sockets that idle connections are to be closed
   * @param clock as {@link System#nanoTime}
   */
  public UpstreamLoop(
      EventLoop loop,
      Sockets sockets,
      AtomicInteger openConnections,
      BooleanSupplier crowded,
      LongSupplier clock) {
    this.loop = loop;
    this.sockets = sockets;
    this.openConnections = openConnections;
    this.crowded = crowded;
    this.clock = clock;
    loop.scheduleAtFixedRate(this::sweep, SWEEP_MS, SWEEP_MS, TimeUnit.MILLISECONDS);
  }

  void add(Sweeper sweeper) {
    sweepers.add(sweeper);
  }

  void remove(Sweeper sweeper) {
    sweepers.remove(sweeper);
  }

  EventLoop loop() {
    return loop;
  }

  Sockets sockets() {
    return sockets;
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

  /** The parsers of response heads. */
  HeadParsers parsers() {
    return parsers;
  }

  /** The translator of heads of HTTP/2. */
  Http2ClientHeads http2Heads() {
    return http2Heads;
  }

  private void sweep() {
    if (!sweepers.isEmpty()) {
      long now = now();
      List.copyOf(sweepers).forEach(each -> sweep(each, now));
    }
  }

  private static void sweep(Sweeper sweeper, long now) {
    try {
      sweeper.sweep(now);
    } catch (RuntimeException | OutOfMemoryError e) { // The task would not run again.
      InternalErrors.log(e);
    }
  }
}
