package io.canarygateway.release;

import io.canarygateway.judge.Tally;
import io.canarygateway.judge.WeightCounts;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes the state of one release together with its evidence: with each decision, and every 10 s if
 * enough was counted. On one context.
 */
final class StateKeeper {

  private static final long EVIDENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final StateLink link;
  private final Scores scores;
  private final Outside outside;
  private final StateWrites writes;
  private List<WeightCounts> written = List.of();
  private long writtenNanos;
  private boolean wanted;

  /** A revert that is in force, and that the store does not have yet. */
  private @Nullable Revert revert;

  StateKeeper(StateLink link, Scores scores, Outside outside) {
    this.link = link;
    this.scores = scores;
    this.outside = outside;
    writes = new StateWrites(link, outside);
    writtenNanos = outside.nanoTime();
  }

  /** Whether the state can be written now. */
  boolean isReady() {
    return link.isReadable() && !writes.isBusy();
  }

  /**
   * Writes a state.
   *
   * @param sameRun whether what was counted belongs to it
   * @param announce makes it known once it is written; null if it says nothing new
   * @return whether it was written; fails if that is unknown
   */
  Future<Boolean> write(
      Progress to, List<String> receipts, boolean sameRun, @Nullable Runnable announce) {
    List<WeightCounts> counts = sameRun ? scores.counts() : List.of();
    StoredRelease state =
        StoredRelease.of(to, sameRun ? scores.tally() : new Tally(), receipts)
            .withRatioOf(link.known());
    writtenNanos = outside.nanoTime();
    return writes
        .write(state, announce)
        .onSuccess(
            done -> {
              if (done) {
                written = counts;
              }
            });
  }

  /** Writes what was counted, if this node does and if it is time. */
  void writeEvidenceIfDue(StoredRelease known) {
    boolean due =
        outside.nanoTime() - writtenNanos >= EVIDENCE_NANOS
            && outside.keepsEvidence()
            && Growth.isWorthAWrite(written, scores.counts());
    if (wanted || due) {
      wanted = false;
      writeEvidence(known);
    }
  }

  /** Writes what was counted since the last write. */
  Future<Boolean> writeEvidence(StoredRelease known) {
    if (Scores.failures(known.counts()) > Scores.failures(scores.counts())) {
      scores.replace(known.tally()); // Another node knows of more.
      storeHasAll();
    }
    return scores.counts() == written
        ? Future.succeededFuture(false)
        : write(known.progress(), known.receipts(), true, null);
  }

  /** The counts come from the store, so they need not be written. */
  void storeHasAll() {
    written = scores.counts();
    writtenNanos = outside.nanoTime();
  }

  /** Writes the evidence at the next occasion: a node has joined, and needs it. */
  void evidenceIsWanted() {
    wanted = true;
  }

  /** The state after a revert that the store does not have yet; null if there is none. */
  @Nullable Progress reverting() {
    return revert == null ? null : revert.progress();
  }

  /**
   * Brings a revert into force. It is written from the next tick on until the store has it, so that
   * neither this node nor the messages to the others wait for the writing.
   *
   * @param announce makes it known
   */
  void revert(Progress to, String receipt, Runnable announce) {
    revert = new Revert(to, scores.tally(), receipt);
    outside.changed();
    announce.run();
    writes.hurry();
  }

  /** Whether the store has all that has to be in it, as far as this node knows. */
  boolean isSettled() {
    return revert == null && !writes.isRunning();
  }

  /** Ends the pause after a failed write: the process stops. */
  void hurry() {
    writes.hurry();
  }

  /** Writes the revert, unless the store has it, or has what came after it. */
  Future<Boolean> writeRevert() {
    Revert pending = revert;
    if (pending != null && link.isReadable() && pending.isSettled(link.known())) {
      revert = null;
    } else if (pending != null && isReady()) {
      return writes.write(pending.content(link.known()), null);
    }
    return Future.succeededFuture(false);
  }

  /** The store has a state. */
  void adopted(@Nullable StoredRelease state) {
    if (state != null) {
      writes.adopted(state);
    }
    if (revert != null && revert.isSettled(state)) {
      revert = null;
    }
  }
}
