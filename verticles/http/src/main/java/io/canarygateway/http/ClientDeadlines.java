package io.canarygateway.http;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** For how long the clients of one event loop may be silent, in whatever they do. */
final class ClientDeadlines {

  /** Their memory is free a little later, so not all go at once. */
  private static final int EVICTED_AT_A_TIME = 8;

  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Connections whose next head is not complete. */
  final Deadlines awaitingHead;

  /** Connections without a request, and tunnels. */
  final Deadlines idle;

  /** Connections whose request's body does not come. */
  final Deadlines awaitingBody;

  /** Connections whose client does not take the response. */
  final Deadlines unread;

  /** Connections that are over but for what the client still sends. */
  final Deadlines lingering = new Deadlines(LINGER_NANOS);

  private final LongSupplier clock;
  private final BufferMemory memory;
  private final HeadMemory heads;

  ClientDeadlines(ServerLimits limits, LongSupplier clock, BufferMemory memory, HeadMemory heads) {
    this.clock = clock;
    this.memory = memory;
    this.heads = heads;
    awaitingHead = new Deadlines(limits.readTimeout().toNanos());
    idle = new Deadlines(limits.idleTimeout().toNanos());
    awaitingBody = new Deadlines(limits.readTimeout().toNanos());
    unread = new Deadlines(limits.writeTimeout().toNanos());
  }

  long now() {
    return clock.getAsLong();
  }

  void sweep() {
    long now = now();
    for (Deadlines list : all()) {
      list.sweep(now);
    }
    for (int i = 0; i < EVICTED_AT_A_TIME && memory.isTight(); i++) {
      evictSlowestReader();
    }
  }

  /** A client does not take what there is for it; if memory is tight, the slowest one goes. */
  void awaitReading(Deadlines.Deadline deadline) {
    unread.begin(deadline, now());
    if (memory.isTight()) {
      evictSlowestReader();
    }
  }

  /** Whether nobody may have bytes wait for them any more. */
  boolean memoryIsNearlyExhausted() {
    return memory.isNearlyExhausted();
  }

  /**
   * The head of a request takes more or less memory than before. If all heads together take too
   * much, the client that was silent for longest goes.
   *
   * @return whether this connection has to go itself
   */
  boolean headMemoryChanged(long bytes) {
    heads.change(bytes);
    if (bytes > 0 && heads.isTight()) {
      close(longestSilent());
      return heads.isExhausted();
    }
    return false;
  }

  private void evictSlowestReader() {
    close(unread.oldest());
  }

  /** Ends a client's connection. On io_uring that takes a while; it is not chosen again. */
  private static void close(Deadlines.Deadline deadline) {
    if (deadline != null) {
      deadline.cancel();
      deadline.owner().close();
    }
  }

  /** The client that was silent for longest, or null if none is. */
  Deadlines.Deadline longestSilent() {
    Deadlines.Deadline longest = null;
    for (Deadlines list : all()) {
      Deadlines.Deadline oldest = list.oldest();
      if (oldest != null && (longest == null || oldest.isOlderThan(longest))) {
        longest = oldest;
      }
    }
    return longest;
  }

  private Deadlines[] all() {
    return new Deadlines[] {lingering, idle, awaitingHead, awaitingBody, unread};
  }
}
