package io.canarygateway.http;

import java.util.concurrent.atomic.AtomicInteger;

/** How many connections of clients a process has, and how many it may have. Any thread. */
public final class ConnectionLimit {

  private final int most;
  private final AtomicInteger open = new AtomicInteger();

  /**
   * A limit.
   *
   * @param most connections at most, at least 1
   */
  public ConnectionLimit(int most) {
    this.most = most;
  }

  /** How many are open. */
  public int open() {
    return open.get();
  }

  /** Counts one more; says whether that is within the limit. */
  boolean opened() {
    return open.incrementAndGet() <= most;
  }

  void closed() {
    open.decrementAndGet();
  }
}
