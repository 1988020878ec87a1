package io.canarygateway.http;

/**
 * How much memory the heads of requests take on one event loop: heads that are not complete, and
 * those of requests in progress. Without a limit, many clients with large heads could use up the
 * heap. On one event loop.
 */
final class HeadMemory {

  private static final int SHARE_OF_HEAP = 8;
  private static final long LEAST_BYTES = 1024 * 1024;

  private final long most;
  private long held;

  /** Memory for so many bytes. */
  HeadMemory(long most) {
    this.most = most;
  }

  /** What one of this process's event loops may hold: together they hold an eighth of the heap. */
  static HeadMemory ofLoop() {
    Runtime jvm = Runtime.getRuntime();
    long share = jvm.maxMemory() / SHARE_OF_HEAP / jvm.availableProcessors();
    return new HeadMemory(Math.max(LEAST_BYTES, share));
  }

  /** So many bytes more are held, or fewer if negative. */
  void change(long bytes) {
    held += bytes;
  }

  /** Those who have been silent for longest shall go. */
  boolean isTight() {
    return held > most;
  }

  /** Whoever would hold more shall go. */
  boolean isExhausted() {
    return held > 2 * most;
  }
}
