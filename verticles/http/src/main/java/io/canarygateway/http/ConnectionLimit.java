package io.canarygateway.http;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/**
 * How many connections of clients a process has, and how many it may have: so many of them, and so
 * many sockets together with those to upstreams. Any thread.
 */
public final class ConnectionLimit {

  private final int mostClients;
  private final int mostSockets;
  private final IntSupplier upstreams;
  private final AtomicInteger open = new AtomicInteger();

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

  /** Whether there are too many. */
  boolean isExceeded() {
    int clients = open.get();
    return clients > mostClients || clients + upstreams.getAsInt() > mostSockets;
  }

  /** Whether it is time to give up sockets that are only kept for later. */
  public boolean isCrowded() {
    return open.get() + upstreams.getAsInt() > mostSockets / 4 * 3;
  }
}
