package io.canarygateway.proxy;

import io.canarygateway.judge.LatencyBounds;
import io.canarygateway.message.ReleaseScores;
import io.canarygateway.message.ReleaseScores.Segment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The scored requests of one release on one event loop, in the order in which they were admitted.
 * An outcome leaves the queue once each request before it has one, so that the fast failures of one
 * target do not get ahead of the slow ones of the other. Confined to that event loop.
 *
 * <p>The queue is a ring of numbers: a list of objects costs barriers of the garbage collector for
 * each request, and a miss of the processor's cache for each when it is read.
 */
final class ReleaseQueue {

  /**
   * The most requests in a queue, which need 2.4 MB. Requests that are admitted beyond it are not
   * scored. That does not depend on the target, so it favours neither.
   */
  static final int LIMIT = 131_072;

  private static final int SMALLEST = 64;

  /**
   * The rules under which requests are scored.
   *
   * @param weight canary's share of clients, in (0, 1)
   * @param deadlineNanos the time after which an outcome is no longer waited for
   */
  record Terms(double weight, long deadlineNanos) {}

  /**
   * A change of the rules.
   *
   * @param from the place of the first request under the new ones
   */
  private record Change(long from, Terms terms) {}

  private final String route;
  private final String version;

  /** The rules for the first request, and the changes after it. */
  private @Nullable Terms terms;

  private final Deque<Change> changes = new ArrayDeque<>();
  private @Nullable Terms newest;

  private long first;
  private long end;

  private int runs;
  private long[] clients = new long[SMALLEST];
  private long[] admitted = new long[SMALLEST];

  /** A {@link ScoreState} of each request. */
  private short[] states = new short[SMALLEST];

  ReleaseQueue(String route, String version) {
    this.route = route;
    this.version = version;
  }

  /** The version that is released. */
  String version() {
    return version;
  }

  /** The requests that are in the queue now get no other place. */
  void endRun() {
    runs++;
  }

  /** How many runs have ended. */
  int runs() {
    return runs;
  }

  /** Whether there is no room for another request. */
  boolean isFull() {
    return end - first >= LIMIT;
  }

  /**
   * Adds a request that was admitted after all others and goes to main.
   *
   * @param client the client's assignment, by {@link Double#doubleToLongBits}
   * @param admittedNanos the time of the request's head, by {@link System#nanoTime}
   * @return its place, by which the other methods find it
   */
  long add(Terms now, long client, long admittedNanos) {
    if (end - first == states.length) {
      grow();
    }
    if (now != newest) {
      if (first == end) {
        terms = now;
      } else {
        changes.add(new Change(end, now));
      }
      newest = now;
    }
    int index = index(end);
    clients[index] = client;
    admitted[index] = admittedNanos;
    states[index] = ScoreState.WAITS_FOR_MAIN;
    return end++;
  }

  private int index(long place) {
    return (int) place & states.length - 1;
  }

  private void grow() {
    long[] oldClients = clients;
    long[] oldAdmitted = admitted;
    short[] oldStates = states;
    clients = new long[2 * oldStates.length];
    admitted = new long[2 * oldStates.length];
    states = new short[2 * oldStates.length];
    for (long place = first; place < end; place++) {
      int from = (int) place & oldStates.length - 1;
      clients[index(place)] = oldClients[from];
      admitted[index(place)] = oldAdmitted[from];
      states[index(place)] = oldStates[from];
    }
  }

  /** Notes that a request goes to canary. */
  void toCanary(long place) {
    if (waits(place)) {
      states[index(place)] = ScoreState.toCanary(states[index(place)]);
    }
  }

  /**
   * Notes whether a request may take long by no fault of its target. If it does, its place is lost.
   *
   * @return whether it has no outcome yet
   */
  boolean open(long place, boolean open) {
    boolean waits = waits(place);
    if (waits) {
      short state = states[index(place)];
      states[index(place)] = open ? ScoreState.open(state) : ScoreState.close(state);
    }
    return waits;
  }

  /** Whether a request is still in the queue. */
  boolean has(long place) {
    return place >= first;
  }

  /**
   * Notes the outcome of a request. Only its first one counts.
   *
   * @param nanos the time from the request's head to its outcome
   */
  void resolve(long place, boolean failed, long nanos) {
    if (waits(place)) {
      set(place, failed, nanos);
    }
  }

  /** Forgets a request, unless it has an outcome. */
  void forget(long place) {
    if (waits(place)) {
      states[index(place)] = ScoreState.NOTHING;
    }
  }

  private boolean waits(long place) {
    return place >= first && ScoreState.waits(states[index(place)]);
  }

  private void set(long place, boolean failed, long nanos) {
    int index = index(place);
    states[index] = ScoreState.outcome(states[index], failed, LatencyBounds.exceeded(nanos));
  }

  /**
   * Takes all outcomes that have no request without an outcome before them.
   *
   * @param now by {@link System#nanoTime}
   * @param canaryOpen whether the circuit breaker would let a request to canary now
   */
  ReleaseScores.OfRoute take(long now, boolean canaryOpen) {
    List<Segment> segments = first == end ? List.of() : new ArrayList<>(1);
    while (first < end && terms != null) {
      Change change = changes.peek();
      long last = change == null ? end : change.from();
      long next = firstWaiting(last, terms.deadlineNanos(), now);
      Segment segment = segment(next, terms.weight());
      if (segment.size() > 0) {
        segments.add(segment);
      }
      first = next;
      if (next < last || change == null) {
        break;
      }
      terms = change.terms();
      changes.remove();
    }
    return new ReleaseScores.OfRoute(
        route, version, first < end ? admitted[index(first)] : now, canaryOpen, segments);
  }

  /** The place of the first request whose outcome is waited for; {@code last} if there is none. */
  private long firstWaiting(long last, long deadlineNanos, long now) {
    for (long place = first; place < last; place++) {
      if (waits(place)) {
        boolean open = ScoreState.isOpen(states[index(place)]);
        if (now - admitted[index(place)] <= (open ? ScoreState.OPEN_NANOS : deadlineNanos)) {
          return place;
        }
        if (open) {
          forget(place);
        } else {
          set(place, false, deadlineNanos);
        }
      }
    }
    return last;
  }

  private Segment segment(long next, double weight) {
    int room = (int) (next - first);
    long[] segmentClients = new long[room];
    long[] segmentAdmitted = new long[room];
    byte[] outcomes = new byte[room];
    int size = 0;
    for (long place = first; place < next; place++) {
      int index = index(place);
      if (states[index] != ScoreState.NOTHING) {
        segmentClients[size] = clients[index];
        segmentAdmitted[size] = admitted[index];
        outcomes[size] = (byte) states[index];
        size++;
      }
    }
    return new Segment(weight, size, segmentClients, segmentAdmitted, outcomes);
  }
}
