package io.canarygateway.breaker;

import io.canarygateway.store.Revision;
import io.canarygateway.store.State;
import io.canarygateway.store.StateKey;
import io.canarygateway.store.StateStore;
import io.canarygateway.store.Watch;
import io.canarygateway.store.Watcher;
import io.canarygateway.store.WriteResult;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * One node's reads and writes of the leases of one generation. There is one write at a time. After
 * a write with an unknown outcome, the session repeats the same write until the store says which
 * state it has. Confined to one context.
 */
final class LeaseSession implements Watcher {

  private static final int QUIET_CONFLICTS = 2;
  private static final int CONFLICT_PAUSE_MS = 40;
  private static final long FIRST_RETRY_MS = 50;
  private static final long LAST_RETRY_MS = 1_000;

  private final Timing timing;
  private final StateStore store;
  private final StateKey key;
  private final Lease lease;
  private final LeaseOwner owner;
  private final Watch watch;

  /** The newest state, once the store has answered. */
  private @Nullable State current;

  /** A watched state that arrived during a read or a write. */
  private @Nullable State arrived;

  /** The last write, if its outcome is unknown. */
  private @Nullable Unknown unknown;

  private boolean busy;
  private boolean waiting;
  private boolean closed;
  private int conflicts;
  private long retryMs = FIRST_RETRY_MS;
  private String trouble = "";

  private record Unknown(Revision base, Lease.Proposal proposal) {}

  /** Opens a session, which begins to read at once. */
  LeaseSession(Timing timing, StateStore store, StateKey key, Lease lease, LeaseOwner owner) {
    this.timing = timing;
    this.store = store;
    this.key = key;
    this.lease = lease;
    this.owner = owner;
    this.watch = store.watch(key, this);
  }

  /** Whether the store has answered and no write is in progress. */
  boolean settled() {
    return current != null && !busy && unknown == null;
  }

  /** Why the store cannot be used; empty if it can. */
  String trouble() {
    return trouble;
  }

  /** Writes if there is a reason to. */
  void consider() {
    if (closed || waiting || busy) {
      return; // It is called again when that ends.
    } else if (unknown != null || current == null) {
      read();
    } else {
      State base = current;
      owner
          .demand()
          .flatMap(demand -> lease.propose(lease.known(), demand))
          .ifPresent(proposal -> send(base.revision(), proposal));
    }
  }

  private void read() {
    busy = true;
    store
        .read(key)
        .onComplete(
            read -> {
              busy = false;
              if (!closed && read.succeeded()) {
                certain(read.result());
              } else if (!closed) {
                failed(read.cause());
              }
            });
  }

  private void send(Revision base, Lease.Proposal proposal) {
    busy = true;
    store
        .compareAndSet(key, base, proposal.record().text())
        .onComplete(
            wrote -> {
              busy = false;
              if (closed) {
                return;
              }
              unknown = new Unknown(base, proposal);
              if (wrote.failed()) {
                owner.wrote(LeaseMetrics.Result.FAILED);
                failed(wrote.cause());
              } else if (wrote.result() instanceof WriteResult.Written written) {
                owner.wrote(LeaseMetrics.Result.WRITTEN);
                written(written.revision(), proposal);
              } else if (wrote.result() instanceof WriteResult.Conflict conflict) {
                owner.wrote(LeaseMetrics.Result.CONFLICT);
                conflicts++;
                certain(conflict.current());
              }
            });
  }

  private void written(Revision revision, Lease.Proposal proposal) {
    unknown = null;
    conflicts = 0;
    answers();
    lease.landed(proposal);
    lease.accept(proposal.record());
    current = new State(revision, proposal.record().text());
    goOn();
  }

  /** Takes a state that is not older than this node's last write. */
  private void certain(State state) {
    LeaseRecord record;
    try {
      record = LeaseRecord.of(state.text());
    } catch (IllegalArgumentException e) {
      failed(e);
      return;
    }
    answers();
    Unknown before = unknown;
    if (before != null && before.base().equals(state.revision())) {
      // The write can still happen. Only a write that replaces the same state rules that out.
      send(before.base(), before.proposal());
      return;
    }
    unknown = null;
    if (before != null && lease.has(record, before.proposal())) {
      lease.landed(before.proposal());
    }
    current = state;
    if (!lease.accept(record)) {
      owner.lost();
    } else if (conflicts > QUIET_CONFLICTS) {
      owner.informed();
      retry(ThreadLocalRandom.current().nextInt(1, CONFLICT_PAUSE_MS));
    } else {
      goOn();
    }
  }

  /** Goes on with what came in during a read or a write. */
  private void goOn() {
    State newer = arrived;
    arrived = null;
    if (newer != null && !newer.equals(current)) {
      state(newer);
    } else {
      owner.informed();
      consider();
    }
  }

  @Override
  public void state(State state) {
    if (closed) {
      return;
    }
    if (busy || waiting || unknown != null) {
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
    if (current != null && unknown == null && trouble.isEmpty() && !closed) {
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
        : new LastWrite(store, key, lease, window).write();
  }
}
