package io.canarygateway.http;

/**
 * All that may last equally long, in the order of their beginning: to find those whose time is up
 * costs nothing for the others. On one event loop.
 */
final class Deadlines {

  private final long limitNanos;
  private Deadline oldest;
  private Deadline newest;

  Deadlines(long limitNanos) {
    this.limitNanos = limitNanos;
  }

  /** Begins a deadline, or begins it anew; it leaves the list that it was in. */
  void begin(Deadline deadline, long nowNanos) {
    deadline.cancel();
    deadline.list = this;
    deadline.sinceNanos = nowNanos;
    deadline.before = newest;
    if (newest == null) {
      oldest = deadline;
    } else {
      newest.after = deadline;
    }
    newest = deadline;
  }

  void remove(Deadline deadline) {
    if (deadline.before == null) {
      oldest = deadline.after;
    } else {
      deadline.before.after = deadline.after;
    }
    if (deadline.after == null) {
      newest = deadline.before;
    } else {
      deadline.after.before = deadline.before;
    }
    deadline.list = null;
    deadline.before = null;
    deadline.after = null;
  }

  /** The one that began first, or null. */
  Deadline oldest() {
    return oldest;
  }

  /** Tells each whose time is up. */
  void sweep(long nowNanos) {
    while (oldest != null && nowNanos - oldest.sinceNanos >= limitNanos) {
      Deadline overdue = oldest;
      remove(overdue);
      overdue.owner.overdue(this);
    }
  }
}
