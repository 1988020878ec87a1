package io.canarygateway.proxy;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The number of request body bytes that may be held for one purpose over all requests together, so
 * that many bodies cannot fill the heap. Lock-free and thread-safe.
 */
final class BufferBudget {

  private final long limit;
  private final AtomicLong used = new AtomicLong();

  /** A budget of so many bytes. */
  BufferBudget(long limitBytes) {
    this.limit = limitBytes;
  }

  /**
   * A budget of an eighth of the largest heap. A body is held twice while it is copied into one
   * piece.
   */
  static BufferBudget ofHeap() {
    return new BufferBudget(Runtime.getRuntime().maxMemory() / 8);
  }

  /** Takes bytes from the budget. Returns false, and takes none, if there are too few. */
  boolean tryTake(long bytes) {
    if (used.addAndGet(bytes) > limit) {
      used.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  /** Returns bytes that were taken. */
  void giveBack(long bytes) {
    used.addAndGet(-bytes);
  }

  /** The number of bytes that are taken. */
  long used() {
    return used.get();
  }
}
