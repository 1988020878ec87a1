package io.canarygateway.http;

/**
 * The memory that request heads take on one event loop: incomplete heads, and those of requests in
 * progress. Without a limit, many clients with large heads could fill the heap. Confined to that
 * event loop.
 */
final class HeadMemory {

  private static final int SHARE_OF_HEAP = 8;
  private static final long LEAST_BYTES = 1024 * 1024;

  private final long most;
  private long held;

  /**
   * Memory of which nothing is in use.
   *
   * @param most the number of bytes that heads may take
   */
  HeadMemory(long most) {
    this.most = most;
  }

  /**
   * The memory of one event loop of this process. All event loops together have an eighth of the
   * heap.
   */
  static HeadMemory ofLoop() {
    Runtime jvm = Runtime.getRuntime();
    long share = jvm.maxMemory() / SHARE_OF_HEAP / jvm.availableProcessors();
    return new HeadMemory(Math.max(LEAST_BYTES, share));
  }

  /** Adds bytes, or subtracts them if the number is negative. */
  void change(long bytes) {
    held += bytes;
  }

  /**
   * Whether the limit is exceeded, so that the clients that have been silent for longest are to be
   * closed.
   */
  boolean isTight() {
    return held > most;
  }

  /** Whether twice the limit is exceeded, so that any client that needs more is to be closed. */
  boolean isExhausted() {
    return held > 2 * most;
  }
}
