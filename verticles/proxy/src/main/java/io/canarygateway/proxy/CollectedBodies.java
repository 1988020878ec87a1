package io.canarygateway.proxy;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The bodies that are being collected for the sidecar on one event loop, the oldest first. Bytes
 * are charged as they come. If there is no room for more, the body that is being collected for
 * longest is given up, so that slow clients cannot keep the room from others.
 */
final class CollectedBodies {

  /** A body that is being collected. */
  interface Member {
    /** Others need the room more. */
    void giveUp();
  }

  private final BufferBudget budget;
  private final Set<Member> collecting = new LinkedHashSet<>();

  CollectedBodies(BufferBudget budget) {
    this.budget = budget;
  }

  void begin(Member body) {
    collecting.add(body);
  }

  void end(Member body) {
    collecting.remove(body);
  }

  /** Takes room for bytes of a body; says whether there is any. */
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

  void giveBack(long bytes) {
    budget.giveBack(bytes);
  }
}
