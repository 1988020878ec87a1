package io.canarygateway.breaker;

import java.util.PriorityQueue;
import java.util.Queue;

/** Time that passes only when a test lets it, with actions in the order of their times. */
final class SimulatedTime {

  private record Due(long nanos, long number, Runnable action) {}

  private final Queue<Due> actions =
      new PriorityQueue<>(
          (a, b) ->
              a.nanos() == b.nanos()
                  ? Long.compare(a.number(), b.number())
                  : Long.compare(a.nanos(), b.nanos()));
  private long nanos = -3_000_000_000L;
  private long number;

  long nanoTime() {
    return nanos;
  }

  void afterMicros(long micros, Runnable action) {
    actions.add(new Due(nanos + micros * 1_000, number++, action));
  }

  /** Lets so much time pass. */
  void pass(long ms) {
    long until = nanos + ms * 1_000_000;
    while (!actions.isEmpty() && actions.peek().nanos() <= until) {
      Due due = actions.poll();
      nanos = due.nanos();
      due.action().run();
    }
    nanos = until;
  }

  /** The timing of one node; nothing of it happens after the node has died. */
  final class OfNode implements Timing {

    private boolean dead;
    private long pausedUntilNanos = Long.MIN_VALUE;

    void kill() {
      dead = true;
    }

    /** Stops the node for a while, as SIGSTOP does. What it waits for happens afterwards. */
    void pause(long ms) {
      pausedUntilNanos = nanos + ms * 1_000_000;
    }

    boolean paused() {
      return nanos < pausedUntilNanos;
    }

    boolean dead() {
      return dead;
    }

    @Override
    public long nanoTime() {
      return nanos;
    }

    @Override
    public void run(Runnable action) {
      later(1, action);
    }

    @Override
    public void after(long ms, Runnable action) {
      later(ms * 1_000, action);
    }

    /** For what the store answers, too. */
    void later(long micros, Runnable action) {
      afterMicros(
          micros,
          () -> {
            if (paused()) {
              later((pausedUntilNanos - nanos) / 1_000 + 1, action);
            } else if (!dead) {
              action.run();
            }
          });
    }
  }
}
