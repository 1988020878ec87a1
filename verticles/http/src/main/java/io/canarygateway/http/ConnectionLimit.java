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
   * Another event loop was asked to close a client. The client counts as closed until {@link
   * #evictionAnswered}.
   */
  void evictionRequested() {
    evicting.incrementAndGet();
  }

  /** The event loop that was asked has closed a client, or has refused to. */
  void evictionAnswered() {
    evicting.decrementAndGet();
  }

  /** Whether there are too many connections, so that a silent client has to be closed. */
  boolean isExceeded() {
    return exceeds(mostSockets);
  }

  /**
   * Whether not even one more connection is possible. While all clients are being served, none is
   * silent and can make room, so the sockets may exceed their number by an eighth for a moment.
   */
  boolean isExhausted() {
    return exceeds(mostSockets + mostSockets / 8);
  }

  private boolean exceeds(int sockets) {
    int clients = open.get() - evicting.get();
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
