package io.canarygateway.judge;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Puts the outcomes of several sources into the order in which the requests were admitted. A source
 * is an event loop, of this or another node. An outcome is scored only when every source has said
 * that it sends nothing older any more. Otherwise the failures of an arm that fails fast would be
 * counted before those of an arm that fails slowly, and the evidence would be wrong in between.
 *
 * <p>At most 262,144 outcomes wait (about 5 MB). While so many wait, new ones are dropped,
 * whichever arm they are of. Not thread-safe.
 */
public final class AdmissionOrder {

  private static final int MOST_WAITING = 1 << 18;

  /** Receives outcomes in the order of admission. */
  @FunctionalInterface
  public interface Sink {

    /**
     * Receives an outcome.
     *
     * @param weight canary's share of clients that was in force
     * @param client the client's assignment, by {@link Double#doubleToLongBits}
     * @param outcome the outcome, as {@link Outcome} packs it
     */
    void score(double weight, long client, byte outcome);
  }

  private final int mostWaiting;
  private final Map<String, AdmissionSource> sources = new HashMap<>();

  /** Those with waiting outcomes, during {@link #drain} only. */
  private final PriorityQueue<AdmissionSource> oldestFirst =
      new PriorityQueue<>((one, other) -> Long.signum(one.oldest() - other.oldest()));

  private int waiting;
  private long dropped;

  /** Makes an order without sources. */
  public AdmissionOrder() {
    this(MOST_WAITING);
  }

  AdmissionOrder(int mostWaiting) {
    this.mostWaiting = mostWaiting;
  }

  /**
   * Takes outcomes of one source. They are in the order of admission, and this object owns the
   * arrays from now on.
   *
   * @param source the source
   * @param weight canary's share of clients that was in force
   * @param size how many elements of each array count
   * @param clients the clients' assignments
   * @param admittedNanos when the requests were admitted, by this process's {@link System#nanoTime}
   * @param outcomes the outcomes
   */
  public void add(
      String source,
      double weight,
      int size,
      long[] clients,
      long[] admittedNanos,
      byte[] outcomes) {
    if (size < 0
        || size > clients.length
        || size > admittedNanos.length
        || size > outcomes.length) {
      throw new IllegalArgumentException("size " + size + " is not that of the arrays");
    }
    AdmissionSource from = reporting(source);
    int taken = Math.min(size, mostWaiting - waiting);
    dropped += size - taken;
    waiting += taken;
    if (taken > 0) {
      from.add(weight, taken, clients, admittedNanos, outcomes);
    }
  }

  /**
   * Notes that a source sends no more outcomes of requests admitted before a time. Until its first
   * watermark a source does not hold back the others.
   *
   * @param source the source
   * @param nanos the time, by this process's {@link System#nanoTime}
   */
  public void watermark(String source, long nanos) {
    reporting(source).watermark(nanos);
  }

  private AdmissionSource reporting(String source) {
    AdmissionSource known = sources.get(source);
    if (known == null) {
      known = new AdmissionSource();
      sources.put(source, known);
    }
    known.reports();
    return known;
  }

  /**
   * Notes that a source is gone. It holds back nothing any more. Its waiting outcomes are still
   * scored.
   *
   * @param source the source
   */
  public void remove(String source) {
    AdmissionSource known = sources.get(source);
    if (known != null) {
      known.leaves();
    }
  }

  /**
   * Leaves out the sources that have not reported for long, as if they were removed, until they
   * report again. To be called regularly, such as at every drain: a source counts as having
   * reported at the time of the first call after its report.
   *
   * @param beforeNanos sources that have not reported since this time are left out
   * @param nowNanos the time now
   */
  public void forgetSilent(long beforeNanos, long nowNanos) {
    sources.values().forEach(each -> each.leaveIfSilent(beforeNanos, nowNanos));
  }

  /**
   * Scores all outcomes that are older than the watermark of every source.
   *
   * @param sink where they are scored
   * @return how many there were
   */
  public int drain(Sink sink) {
    boolean bounded = false;
    boolean open = false;
    long bound = 0;
    for (AdmissionSource each : sources.values()) {
      if (each.holdsBack() && (!bounded || each.watermark() - bound < 0)) {
        bound = each.watermark();
        bounded = true;
      }
      open |= each.isOpen();
    }
    if (open && !bounded) {
      return 0;
    }
    int before = waiting;
    merge(sink, bounded, bound);
    for (Iterator<AdmissionSource> all = sources.values().iterator(); all.hasNext(); ) {
      AdmissionSource each = all.next();
      if (each.isEmpty() && !each.isOpen()) {
        all.remove();
      }
    }
    return before - waiting;
  }

  private void merge(Sink sink, boolean bounded, long bound) {
    for (AdmissionSource each : sources.values()) {
      if (!each.isEmpty()) {
        oldestFirst.add(each);
      }
    }
    while (!oldestFirst.isEmpty()) {
      AdmissionSource oldest = oldestFirst.remove();
      AdmissionSource next = oldestFirst.peek();
      if (bounded && oldest.oldest() - bound >= 0) {
        break;
      }
      do {
        oldest.scoreOldest(sink);
        waiting--;
      } while (!oldest.isEmpty()
          && (!bounded || oldest.oldest() - bound < 0)
          && (next == null || oldest.oldest() - next.oldest() <= 0));
      if (!oldest.isEmpty()) {
        oldestFirst.add(oldest);
      }
    }
    oldestFirst.clear();
  }

  /** {@return how many outcomes were dropped because too many waited} */
  public long dropped() {
    return dropped;
  }

  /** {@return how many outcomes wait} */
  public int waiting() {
    return waiting;
  }
}
