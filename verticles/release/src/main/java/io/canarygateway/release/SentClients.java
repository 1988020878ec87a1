package io.canarygateway.release;

import io.canarygateway.judge.Tally;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The clients that a node has sent to others, in a process that does not judge. It forgets them now
 * and then, because it does not see when a run begins anew. On one context.
 */
final class SentClients {

  private static final long FORGET_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** Any share in (0, 1): only the clients count here. */
  private static final double ANY_WEIGHT = 0.5;

  private final Map<String, Tally> sent = new HashMap<>();
  private long sinceNanos;

  SentClients(long nowNanos) {
    sinceNanos = nowNanos;
  }

  /** Whether an outcome is new, which it is not the next time. */
  boolean add(String route, long client, byte outcome, long nowNanos) {
    if (nowNanos - sinceNanos > FORGET_NANOS) {
      sent.clear();
      sinceNanos = nowNanos;
    }
    Tally tally = sent.computeIfAbsent(route, first -> new Tally());
    boolean concerns = tally.concerns(client, outcome);
    if (concerns) {
      tally.add(ANY_WEIGHT, client, outcome);
    }
    return concerns;
  }

  /** A run of a route may have begun. */
  void forget(String route) {
    sent.remove(route);
  }
}
