package io.canarygateway.proxy;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The request bodies that one event loop is collecting for the sidecar, or keeps for a fallback,
 * oldest first. Each byte is charged to the budget when it arrives. If the budget is used up, the
 * oldest body is given up, so that slow clients cannot hold it for long. Confined to the event
 * loop.
 */
final class CollectedBodies {

  /** A body that is being collected. */
  interface Member {
    /**
     * Stops collecting: the request goes to main without asking the sidecar, or has no fallback.
     */
    void giveUp();
  }

  private final BufferBudget budget;
  private final Set<Member> collecting = new LinkedHashSet<>();

  CollectedBodies(BufferBudget budget) {
    this.budget = budget;
  }

  /** Adds a body that begins to be collected. */
  void begin(Member body) {
    collecting.add(body);
  }

  /** Removes a body that is complete or given up. Its bytes stay charged. */
  void end(Member body) {
    collecting.remove(body);
  }

  /**
   * Charges bytes of a body to the budget, at the cost of the oldest body if need be. Returns
   * whether it was possible.
   */
  boolean take(Member body, int bytes) {
    if (budget.tryTake(bytes)) {
      return true;
    }
    Iterator<Member> oldest = collecting.iterator();
    Member other = oldest.hasNext() ? oldest.next() : body;
    if (other != body) {
      other.giveUp();
    }
    return other != body && budget.tryTake(bytes);
  }

  /** Returns bytes to the budget. */
  void giveBack(long bytes) {
    budget.giveBack(bytes);
  }
}
