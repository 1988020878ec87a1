package io.canarygateway.http;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/**
 * How many connections of clients a process has, and how many it may have: so many of them, and so
 * many sockets together with those to upstreams. Any thread.
 */
public final class ConnectionLimit {

  /** The clients of one event loop, of which the longest-silent one may make room for another. */
  interface Clients {

    /** Said by {@link #silentSince} if no client is silent. */
    long NOBODY = Long.MIN_VALUE;

    /** When the longest-silent client became silent, or {@link #NOBODY}. Any thread. */
    long silentSince();

    /** Closes the longest-silent client if it was silent before a time. Any thread. */
    void makeRoom(long othersSince);
  }

  private final int mostClients;
  private final int mostSockets;
  private final IntSupplier upstreams;
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger leaving = new AtomicInteger();
  private final List<Clients> loops = new CopyOnWriteArrayList<>();

  /**
   * A limit.
   *
   * @param mostClients connections of clients at most, at least 1
   * @param mostSockets connections of clients and to upstreams at most, at least 1
   * @param upstreams how many connections to upstreams are open
   */
  public ConnectionLimit(int mostClients, int mostSockets, IntSupplier upstreams) {
    this.mostClients = mostClients;
    this.mostSockets = mostSockets;
    this.upstreams = upstreams;
  }

  /** How many are open. */
  public int open() {
    return open.get();
  }

  void opened() {
    open.incrementAndGet();
  }

  void closed() {
    open.decrementAndGet();
  }

  /** An event loop's connections are among those that make room for others. */
  void add(Clients loop) {
    loops.add(loop);
  }

  void remove(Clients loop) {
    loops.remove(loop);
  }

  /** The event loop whose longest-silent client was silent for longest, or null if none is. */
  Clients longestSilent() {
    Clients longest = null;
    long since = Clients.NOBODY;
    for (Clients loop : loops) {
      long candidate = loop.silentSince();
      if (candidate != Clients.NOBODY && (since == Clients.NOBODY || candidate - since < 0)) {
        longest = loop;
        since = candidate;
      }
    }
    return longest;
  }

  /** A connection was asked to leave; it counts as gone until {@link #asked}. */
  void asks() {
    leaving.incrementAndGet();
  }

  /** Whoever was asked has left, or stays. */
  void asked() {
    leaving.decrementAndGet();
  }

  /** Whether there are too many. */
  boolean isExceeded() {
    int clients = open.get() - leaving.get();
    return clients > mostClients || clients + upstreams.getAsInt() > mostSockets;
  }

  /**
   * Whether not even one more is possible. While all clients are being served, none is silent and
   * could make room; so the sockets may exceed their number by an eighth for a moment.
   */
  boolean isExhausted() {
    int clients = open.get() - leaving.get();
    return clients > mostClients || clients + upstreams.getAsInt() > mostSockets + mostSockets / 8;
  }

  /** Whether it is time to give up sockets that are only kept for later. */
  public boolean isCrowded() {
    return open.get() + upstreams.getAsInt() > mostSockets / 4 * 3;
  }
}
