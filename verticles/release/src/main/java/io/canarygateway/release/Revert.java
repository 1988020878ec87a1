package io.canarygateway.release;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A revert that is in force on this node, and that the store may not have yet. It is written until
 * the store has it, or has what came after it. Immutable.
 *
 * @param state the state after the revert, without receipts
 * @param receipt the receipt as JSON; empty if another node has sent none
 */
record Revert(StoredRelease state, String receipt) {

  Progress progress() {
    return state.progress();
  }

  /**
   * Whether the store needs the revert no more.
   *
   * @param known the state of the store; null if it has none
   */
  boolean isSettled(@Nullable StoredRelease known) {
    if (known == null) {
      return false;
    }
    Progress stored = known.progress();
    Progress progress = progress();
    return !stored.version().equals(progress.version())
        || stored.observed()
        || stored.run() > progress.run()
        || stored.run() == progress.run()
            && (stored.stage() == Stage.REVERTED || !stored.isRunOf(progress));
  }

  /**
   * The text that the store gets.
   *
   * @param known the state of the store; null if it has none
   */
  StoredRelease content(@Nullable StoredRelease known) {
    List<String> before =
        known != null && known.progress().isRunOf(progress()) ? known.receipts() : List.of();
    return state.with(StoredRelease.receipts(receipt, before));
  }
}
