package io.canarygateway.breaker;

import io.canarygateway.store.Revision;
import io.canarygateway.store.State;
import io.canarygateway.store.StateKey;
import io.canarygateway.store.StateStore;
import io.canarygateway.store.WriteResult;
import io.vertx.core.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the leases of one generation for one node. After a write with an unknown
 * outcome, it repeats the same write until the store says which state it has. One call at a time,
 * on one context.
 */
final class LeaseWrites {

  private final StateStore store;
  private final StateKey key;
  private final Lease lease;
  private final Consumer<LeaseMetrics.Result> ended;

  /** The last write, if its outcome is unknown. */
  private @Nullable Unknown unknown;

  private record Unknown(Revision base, Proposal proposal) {}

  /**
   * What the store holds. It is not older than this node's last write.
   *
   * @param landed whether this call wrote a proposal, or found that an earlier call had written it
   */
  record Outcome(State state, LeaseRecord record, boolean landed) {}

  /**
   * Sends nothing yet.
   *
   * @param ended called when a write has ended
   */
  LeaseWrites(StateStore store, StateKey key, Lease lease, Consumer<LeaseMetrics.Result> ended) {
    this.store = store;
    this.key = key;
    this.lease = lease;
    this.ended = ended;
  }

  /** Whether the outcome of the last write is unknown. Then only {@link #read} goes on. */
  boolean uncertain() {
    return unknown != null;
  }

  /**
   * Reads. Fails if the store does not answer, or has no record of leases; the next call goes on.
   */
  Future<Outcome> read() {
    return store.read(key).compose(this::certain);
  }

  /** Writes a proposal in place of a state. Fails as a read does. */
  Future<Outcome> write(Revision base, Proposal proposal) {
    unknown = new Unknown(base, proposal);
    return store
        .compareAndSet(key, base, proposal.record().text())
        .onFailure(cause -> ended.accept(LeaseMetrics.Result.FAILED))
        .compose(
            result -> {
              if (result instanceof WriteResult.Conflict conflict) {
                ended.accept(LeaseMetrics.Result.CONFLICT);
                return certain(conflict.current());
              }
              Revision written = ((WriteResult.Written) result).revision();
              ended.accept(LeaseMetrics.Result.WRITTEN);
              landed(proposal);
              State state = new State(written, proposal.record().text());
              return Future.succeededFuture(new Outcome(state, proposal.record(), true));
            });
  }

  private Future<Outcome> certain(State state) {
    LeaseRecord record = LeaseRecord.of(state.text());
    Unknown before = unknown;
    if (before != null && before.base().equals(state.revision())) {
      // The write can still happen. Only a write that replaces the same state rules that out.
      return write(before.base(), before.proposal());
    }
    unknown = null;
    boolean landed = before != null && before.proposal().isIn(record);
    if (before != null && landed) {
      landed(before.proposal());
    }
    return Future.succeededFuture(new Outcome(state, record, landed));
  }

  private void landed(Proposal proposal) {
    unknown = null;
    lease.landed(proposal);
  }
}
