package io.canarygateway.proxy;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes of request bodies may be held for the sidecar over all requests together, so that
 * many allowed bodies are not more than the heap. Lock-free; any thread.
 */
final class BufferBudget {

  private final long limit;
  private final AtomicLong used = new AtomicLong();

  BufferBudget(long limitBytes) {
    this.limit = limitBytes;
  }

  /** An eighth of the largest heap: a body is held twice while it is put into one piece. */
  static BufferBudget ofHeap() {
    return new BufferBudget(Runtime.getRuntime().maxMemory() / 8);
  }

  boolean tryTake(long bytes) {
    if (used.addAndGet(bytes) > limit) {
      used.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  void giveBack(long bytes) {
    used.addAndGet(-bytes);
  }

  long used() {
    return used.get();
  }
}
