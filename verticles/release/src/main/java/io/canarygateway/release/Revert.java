package io.canarygateway.release;

import io.canarygateway.judge.Tally;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A revert that is in force on this node, and that the store may not have yet. It is written until
 * the store has it, or has what came after it. On one context.
 *
 * @param progress how far the release is after the revert
 * @param tally what was counted in the run
 * @param receipt the receipt as JSON; empty if another node has sent none
 */
record Revert(Progress progress, Tally tally, String receipt) {

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
    return !stored.version().equals(progress.version())
        || stored.observed()
        || stored.run() > progress.run()
        || stored.run() == progress.run()
            && (stored.stage() == Stage.REVERTED || !stored.isRunOf(progress));
  }

  /**
   * What the store gets. It takes milliseconds to make if there are many clients.
   *
   * @param known the state of the store; null if it has none
   */
  StoredRelease content(@Nullable StoredRelease known) {
    List<String> before =
        known != null && known.progress().isRunOf(progress) ? known.receipts() : List.of();
    return StoredRelease.of(progress, tally, StoredRelease.receipts(receipt, before));
  }
}
