package io.canarygateway.http;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The deadlines of all clients of one event loop, in one list for each thing that a client may be
 * slow at. Also chooses the clients that are closed when memory is short. Confined to that event
 * loop.
 */
final class ClientDeadlines {

  /**
   * The memory of a closed client is free a little later, so closing more at once could close too
   * many.
   */
  private static final int EVICTED_AT_A_TIME = 8;

  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Connections whose next request head is incomplete. */
  final Deadlines awaitingHead;

  /** Connections between two requests, and tunnels. */
  final Deadlines idle;

  /** Connections whose client has stopped sending a request body. */
  final Deadlines awaitingBody;

  /** Streams of HTTP/2 whose client may wait for the response before it sends more of the body. */
  final Deadlines awaitingMessage;

  /** Connections whose client has stopped reading a response. */
  final Deadlines unread;

  /** Connections after their last response, while the client still sends. */
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
    awaitingMessage = new Deadlines(limits.idleTimeout().toNanos());
    unread = new Deadlines(limits.writeTimeout().toNanos());
  }

  long now() {
    return clock.getAsLong();
  }

  /** Closes the clients whose time is up, and the slowest readers while memory is tight. */
  void sweep() {
    long now = now();
    for (Deadlines list : all()) {
      list.sweep(now);
    }
    for (int i = 0; i < EVICTED_AT_A_TIME && memory.isTight(); i++) {
      evictSlowestReader();
    }
  }

  /**
   * Starts the deadline of a client that does not read. If memory is tight, the slowest reader is
   * closed.
   */
  void awaitReading(Deadlines.Deadline deadline) {
    unread.begin(deadline, now());
    if (memory.isTight()) {
      evictSlowestReader();
    }
  }

  /** Whether a client whose bytes would have to wait in memory is to be closed. */
  boolean memoryIsNearlyExhausted() {
    return memory.isNearlyExhausted();
  }

  /**
   * Accounts for the memory of request heads. If all heads together take too much, the client that
   * has been silent for longest is closed. If they take twice too much, the holder is closed as
   * well.
   *
   * @param bytes how many more bytes the holder's head takes; negative for fewer
   */
  void headMemoryChanged(long bytes, Deadlines.Owner holder) {
    heads.change(bytes);
    if (bytes > 0 && heads.isTight()) {
      longestSilent().ifPresent(ClientDeadlines::close);
      if (heads.isExhausted()) {
        holder.close();
      }
    }
  }

  private void evictSlowestReader() {
    Deadlines.Deadline slowest = unread.oldest();
    if (slowest != null) {
      close(slowest);
    }
  }

  /**
   * Closes a client. On io_uring that takes a while, so the deadline is cancelled: the client is
   * not chosen again.
   */
  private static void close(Deadlines.Deadline deadline) {
    deadline.cancel();
    deadline.owner().close();
  }

  /** The request or connection that has been silent for longest, if any is silent. */
  private Optional<Deadlines.Deadline> longestSilent() {
    return oldest(Deadlines::oldest);
  }

  /**
   * The same among connections that have been silent as a whole. A stream of HTTP/2 that waits does
   * not make its connection silent.
   */
  Optional<Deadlines.Deadline> longestSilentConnection() {
    return oldest(Deadlines::oldestOfSilentConnection);
  }

  private Optional<Deadlines.Deadline> oldest(
      Function<Deadlines, Deadlines.@Nullable Deadline> ofList) {
    Deadlines.Deadline longest = null;
    for (Deadlines list : all()) {
      Deadlines.Deadline oldest = ofList.apply(list);
      if (oldest != null && (longest == null || oldest.isOlderThan(longest))) {
        longest = oldest;
      }
    }
    return Optional.ofNullable(longest);
  }

  private Deadlines[] all() {
    return new Deadlines[] {lingering, idle, awaitingHead, awaitingBody, awaitingMessage, unread};
  }
}
