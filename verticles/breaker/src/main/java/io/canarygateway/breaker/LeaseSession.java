package io.canarygateway.breaker;

import io.canarygateway.store.Revision;
import io.canarygateway.store.State;
import io.canarygateway.store.StateKey;
import io.canarygateway.store.StateStore;
import io.canarygateway.store.Watch;
import io.canarygateway.store.Watcher;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one node's leases of one generation up to date: follows the store, and writes when there is
 * a reason to. There is one read or write at a time. Confined to one context.
 */
final class LeaseSession implements Watcher {

  private static final int QUIET_CONFLICTS = 8;
  private static final int CONFLICT_PAUSE_MS = 10;
  private static final long FIRST_RETRY_MS = 50;
  private static final long LAST_RETRY_MS = 1_000;

  private final Timing timing;
  private final StateStore store;
  private final StateKey key;
  private final Lease lease;
  private final LeaseOwner owner;
  private final LeaseWrites writes;
  private final Watch watch;

  /** The newest state, once the store has answered. */
  private @Nullable State current;

  /** A watched state that arrived during a read or a write. */
  private @Nullable State arrived;

  private boolean busy;
  private boolean waiting;
  private boolean closed;
  private int conflicts;
  private long retryMs = FIRST_RETRY_MS;
  private String trouble = "";

  /**
   * Opens a session, which tries to write at once, as the first node of a generation. If the store
   * has leases already, the conflict shows them.
   */
  LeaseSession(Timing timing, StateStore store, StateKey key, Lease lease, LeaseOwner owner) {
    this.timing = timing;
    this.store = store;
    this.key = key;
    this.lease = lease;
    this.owner = owner;
    this.writes = new LeaseWrites(store, key, lease, this::wrote);
    this.watch = store.watch(key, this);
    propose(Revision.NONE);
  }

  /** Whether the store has answered and no write is in progress. */
  boolean settled() {
    return current != null && !busy && !writes.uncertain();
  }

  /** Why the store cannot be used; empty if it can. */
  String trouble() {
    return trouble;
  }

  /** Writes if there is a reason to. */
  void consider() {
    if (closed || waiting || busy) {
      return; // It is called again when that ends.
    } else if (writes.uncertain() || current == null) {
      read();
    } else {
      propose(current.revision());
    }
  }

  private void propose(Revision base) {
    owner
        .demand()
        .flatMap(demand -> lease.propose(lease.known(), demand))
        .ifPresent(proposal -> write(base, proposal));
  }

  private void read() {
    busy = true;
    writes.read().onComplete(this::done);
  }

  private void write(Revision base, Proposal proposal) {
    busy = true;
    writes.write(base, proposal).onComplete(this::done);
  }

  private void wrote(LeaseMetrics.Result result) {
    conflicts = result == LeaseMetrics.Result.CONFLICT ? conflicts + 1 : 0;
    owner.wrote(result);
  }

  private void done(AsyncResult<LeaseWrites.Outcome> done) {
    busy = false;
    if (closed) {
      return;
    }
    if (done.failed()) {
      failed(done.cause());
      return;
    }
    answers();
    current = done.result().state();
    if (!lease.accept(done.result().record())) {
      owner.lost();
    } else if (conflicts > QUIET_CONFLICTS) {
      owner.informed();
      retry(ThreadLocalRandom.current().nextInt(1, CONFLICT_PAUSE_MS));
    } else {
      goOn();
    }
  }

  /**
   * Writes if there is a reason to, else takes what came in during the last read or write. That may
   * be older than what the read or write has found, and the next write shows the newest anyway.
   */
  private void goOn() {
    owner.informed();
    consider();
    State other = arrived;
    arrived = null;
    if (!busy && other != null && !other.equals(current)) {
      state(other);
    }
  }

  @Override
  public void state(State state) {
    if (closed) {
      return;
    }
    if (busy || waiting || writes.uncertain()) {
      arrived = state;
      return;
    }
    try {
      boolean newest = lease.observe(LeaseRecord.of(state.text()));
      answers();
      if (newest) {
        current = state;
        owner.informed();
        consider();
      } else {
        read();
      }
    } catch (IllegalArgumentException e) {
      failed(e);
    }
  }

  @Override
  public void trouble(String reason) {
    trouble = reason;
    owner.informed();
  }

  private void answers() {
    trouble = "";
    retryMs = FIRST_RETRY_MS;
  }

  private void failed(Throwable cause) {
    trouble = Objects.requireNonNullElse(cause.getMessage(), cause.toString());
    owner.informed();
    retry(retryMs);
    retryMs = Math.min(LAST_RETRY_MS, 2 * retryMs);
  }

  private void retry(long afterMs) {
    waiting = true;
    timing.after(afterMs, this::waited);
  }

  private void waited() {
    waiting = false;
    if (current != null && !writes.uncertain() && trouble.isEmpty() && !closed) {
      goOn();
    } else if (!closed && !busy) {
      read();
    }
  }

  /** Ends the session. What it holds counts as used. */
  void close() {
    closed = true;
    watch.close();
  }

  /** Returns everything unused and ends the session. Succeeds also if the store does not answer. */
  Future<Void> leave(Duration window) {
    close();
    return lease.nothing()
        ? Future.succeededFuture()
        : new LastWrite(timing, new LeaseWrites(store, key, lease, result -> {}), lease, window)
            .write();
  }
}
