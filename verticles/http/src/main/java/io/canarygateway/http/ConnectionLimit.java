package io.canarygateway.http;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/**
 * The number of connections that a process has, and the limits for it: one for clients alone, and
 * one for sockets to clients and upstreams together. Thread-safe.
 */
public final class ConnectionLimit {

  /** The silent clients of one event loop. Thread-safe. */
  interface SilentClients {

    /** The value of {@link #silentSince} if no client is silent. */
    long NONE_SILENT = Long.MIN_VALUE;

    /** When the longest-silent client became silent, as {@link System#nanoTime}. */
    long silentSince();

    /**
     * Closes the longest-silent client later, if it became silent before a time.
     *
     * @param sinceNanos as {@link System#nanoTime}
     */
    void evictOlderThan(long sinceNanos);
  }

  private final int mostClients;
  private final int mostSockets;
  private final IntSupplier upstreams;
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger evicting = new AtomicInteger();
  private final List<SilentClients> loops = new CopyOnWriteArrayList<>();

  /**
   * A limit without connections yet.
   *
   * @param mostClients the largest number of client connections, at least 1
   * @param mostSockets the largest number of client and upstream connections together, at least 1
   * @param upstreams the number of open upstream connections
   */
  public ConnectionLimit(int mostClients, int mostSockets, IntSupplier upstreams) {
    this.mostClients = mostClients;
    this.mostSockets = mostSockets;
    this.upstreams = upstreams;
  }

  /** The number of open client connections. */
  public int open() {
    return open.get();
  }

  /** The largest number of client connections. */
  public int mostClients() {
    return mostClients;
  }

  void opened() {
    open.incrementAndGet();
  }

  void closed() {
    open.decrementAndGet();
  }

  /** Adds an event loop, whose silent clients may be closed when there are too many. */
  void add(SilentClients loop) {
    loops.add(loop);
  }

  void remove(SilentClients loop) {
    loops.remove(loop);
  }

  /** The event loop with the client that has been silent for longest, if any client is silent. */
  Optional<SilentClients> longestSilent() {
    SilentClients longest = null;
    long since = SilentClients.NONE_SILENT;
    for (SilentClients loop : loops) {
      long candidate = loop.silentSince();
      if (candidate != SilentClients.NONE_SILENT
          && (since == SilentClients.NONE_SILENT || candidate - since < 0)) {
        longest = loop;
        since = candidate;
      }
    }
    return Optional.ofNullable(longest);
  }

  /**
   * Claims the closing of a client if there are too many connections. The client counts as closed
   * until {@link #evictionEnded}, so that no second one is closed in the place of the first.
   *
   * @return whether a client has to be closed, by the caller or on its behalf
   */
  boolean beginEviction() {
    int begun;
    do {
      begun = evicting.get();
      if (!exceeds(mostSockets, begun)) {
        return false;
      }
    } while (!evicting.compareAndSet(begun, begun + 1));
    if (exceeds(mostSockets, begun)) {
      return true;
    }
    evictionEnded(); // Another one was begun and has ended since the first look.
    return false;
  }

  /** The client is closed, or none is silent. */
  void evictionEnded() {
    evicting.decrementAndGet();
  }

  /**
   * Whether not even one more connection is possible. While all clients are being served, none is
   * silent and can make room, so the sockets may exceed their number by an eighth for a moment.
   */
  boolean isExhausted() {
    return exceeds(mostSockets + mostSockets / 8, evicting.get());
  }

  private boolean exceeds(int sockets, int leaving) {
    int clients = open.get() - leaving;
    return clients > mostClients || clients + upstreams.getAsInt() > sockets;
  }

  /**
   * Whether three quarters of the sockets are in use, so that idle upstream connections are to be
   * closed.
   */
  public boolean isCrowded() {
    return open.get() + upstreams.getAsInt() > mostSockets / 4 * 3;
  }
}
