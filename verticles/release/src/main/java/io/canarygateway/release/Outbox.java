package io.canarygateway.release;

import io.canarygateway.message.NodeScores;
import io.canarygateway.message.ReleaseScores;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The outcomes of one event loop that other nodes do not have yet. What does not fit into a message
 * waits for the next one, and holds back the watermark. On one context.
 */
final class Outbox {

  /** The most outcomes that wait; more are dropped, of both arms alike. */
  private static final int MOST_WAITING = 100_000;

  private static final long MOST_AGE_MICROS = Integer.MAX_VALUE;

  private final Deque<Chunk> waiting = new ArrayDeque<>();
  private int size;
  private long watermarkNanos;
  private long heardNanos;

  /** Whether other nodes can learn anything from an outcome. */
  interface Filter {
    boolean concerns(long client, byte outcome);
  }

  private static final class Chunk {
    private final double weight;
    private final long[] clients;
    private final long[] admitted;
    private final byte[] outcomes;
    private int from;
    private int to;

    Chunk(double weight, int most) {
      this.weight = weight;
      clients = new long[most];
      admitted = new long[most];
      outcomes = new byte[most];
    }

    void add(long client, long admittedNanos, byte outcome) {
      clients[to] = client;
      admitted[to] = admittedNanos;
      outcomes[to++] = outcome;
    }
  }

  /**
   * Copies outcomes.
   *
   * @return how many were dropped
   */
  int add(ReleaseScores.OfRoute scores, Filter filter, long nowNanos) {
    heardNanos = nowNanos;
    int dropped = 0;
    for (ReleaseScores.Segment segment : scores.segments()) {
      Chunk chunk = new Chunk(segment.weight(), segment.size());
      for (int i = 0; i < segment.size(); i++) {
        long client = segment.clients()[i];
        byte outcome = segment.outcomes()[i];
        if (filter.concerns(client, outcome)) {
          if (size + chunk.to < MOST_WAITING) {
            chunk.add(client, segment.admittedNanos()[i], outcome);
          } else {
            dropped++;
          }
        }
      }
      if (chunk.to > 0) {
        waiting.add(chunk);
        size += chunk.to;
      }
    }
    watermarkNanos = scores.watermarkNanos();
    return dropped;
  }

  /** When the event loop was heard last. */
  long heardNanos() {
    return heardNanos;
  }

  /**
   * Takes what fits into a message.
   *
   * @param most the most outcomes
   */
  NodeScores.Stream take(String source, int most, long nowNanos) {
    List<NodeScores.Segment> segments = new ArrayList<>();
    int left = most;
    while (!waiting.isEmpty() && left > 0) {
      Chunk chunk = waiting.element();
      int count = Math.min(left, chunk.to - chunk.from);
      Buffer bytes = Buffer.buffer(count * NodeScores.OUTCOME_BYTES);
      for (int end = chunk.from + count; chunk.from < end; chunk.from++) {
        bytes
            .appendLong(chunk.clients[chunk.from])
            .appendInt((int) ageMicros(chunk.admitted[chunk.from], nowNanos))
            .appendByte(chunk.outcomes[chunk.from]);
      }
      segments.add(new NodeScores.Segment(chunk.weight, bytes));
      left -= count;
      size -= count;
      if (chunk.from == chunk.to) {
        waiting.remove();
      }
    }
    Chunk next = waiting.peek();
    long oldest = next == null ? watermarkNanos : next.admitted[next.from];
    return new NodeScores.Stream(
        source,
        // Rounded up: a younger watermark would promise too much.
        ageMicros(oldest - watermarkNanos < 0 ? oldest : watermarkNanos, nowNanos + 999),
        segments);
  }

  private static long ageMicros(long nanos, long nowNanos) {
    return Math.min(MOST_AGE_MICROS, Math.max(0, TimeUnit.NANOSECONDS.toMicros(nowNanos - nanos)));
  }
}
