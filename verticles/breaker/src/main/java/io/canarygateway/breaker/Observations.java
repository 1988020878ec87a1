package io.canarygateway.breaker;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * For how long each grant of a record has been unchanged, by this process's own clock. Confined to
 * one thread.
 */
final class Observations {

  /** A node that has not written for so long while others wait is taken for dead. */
  private static final long DEAD_NANOS = TimeUnit.MILLISECONDS.toNanos(2_500);

  private final LongSupplier nanoClock;
  private final Map<String, Seen> grants = new HashMap<>();

  /** Since when some node of the record wants what is not left; meaningful only if contended. */
  private long contendedSinceNanos;

  private boolean contended;

  private record Seen(long beat, long sinceNanos, boolean dead) {}

  Observations(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /** Takes the newest record. */
  void see(LeaseRecord record) {
    long now = nanoClock.getAsLong();
    grants.keySet().removeIf(node -> record.find(node).isEmpty());
    for (Grant grant : record.grants()) {
      Seen before = grants.get(grant.node());
      if (before == null || before.beat() != grant.beat()) {
        grants.put(grant.node(), new Seen(grant.beat(), now, false));
      }
    }
    boolean wanted = record.grants().stream().anyMatch(Grant::wants);
    if (wanted && !contended) {
      contendedSinceNanos = now;
    }
    contended = wanted;
  }

  /** How long a grant of the newest record has been unchanged, in nanoseconds. */
  long unchangedNanos(Grant grant) {
    Seen seen = grants.get(grant.node());
    return seen == null || seen.beat() != grant.beat()
        ? 0
        : nanoClock.getAsLong() - seen.sinceNanos();
  }

  /**
   * Whether the node of a grant is taken for dead: another node waits for it, and it does not
   * write. It stays so until it writes.
   */
  boolean dead(Grant grant) {
    Seen seen = grants.get(grant.node());
    if (seen == null || seen.beat() != grant.beat()) {
      return false;
    }
    long now = nanoClock.getAsLong();
    boolean silent =
        contended && now - contendedSinceNanos > DEAD_NANOS && now - seen.sinceNanos() > DEAD_NANOS;
    if (silent && !seen.dead()) {
      grants.put(grant.node(), new Seen(seen.beat(), seen.sinceNanos(), true));
    }
    return silent || seen.dead();
  }
}
