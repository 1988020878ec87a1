package io.canarygateway.breaker;

import java.util.Optional;

/** What a {@link LeaseSession} asks and tells its owner, on its context. */
interface LeaseOwner {

  /** The node's demand; empty while no limit is set, when nothing is written. */
  Optional<Demand> demand();

  /** The store has told something new, or does not answer. */
  void informed();

  /** The store has no grant of this node any more, so the counts start anew. */
  void lost();

  /** A write has ended. */
  void wrote(LeaseMetrics.Result result);
}
