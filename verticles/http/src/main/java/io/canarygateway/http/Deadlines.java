package io.canarygateway.http;

/**
 * All that may last equally long, in the order of their beginning: to find those whose time is up
 * costs nothing for the others. On one event loop.
 */
final class Deadlines {

  /** Hears that its time is up; it is in no list any more. */
  interface Owner {
    void overdue(Deadlines list);

    /** Closes its connection, which holds memory that others need. */
    default void close() {}

    /** Closes its connection to make room for another one, and gives up all it uses at once. */
    default void evicted() {
      close();
    }
  }

  /** A place in one of several lists, or in none. */
  static final class Deadline {

    private final Owner owner;
    private Deadlines list;
    private Deadline before;
    private Deadline after;
    private long sinceNanos;

    Deadline(Owner owner) {
      this.owner = owner;
    }

    Owner owner() {
      return owner;
    }

    /** Whether it is in a list. */
    boolean isIn(Deadlines which) {
      return list == which;
    }

    /** Whether it has lasted for longer than another. */
    boolean isOlderThan(Deadline other) {
      return sinceNanos - other.sinceNanos < 0;
    }

    /** When it began. */
    long sinceNanos() {
      return sinceNanos;
    }

    /** Leaves the list that it is in, if it is in one. */
    void cancel() {
      if (list != null) {
        list.remove(this);
      }
    }
  }

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

  /** The one that began first, or null. */
  Deadline oldest() {
    return oldest;
  }

  /** Tells each whose time is up. */
  void sweep(long nowNanos) {
    while (oldest != null && nowNanos - oldest.sinceNanos >= limitNanos) {
      Deadline overdue = oldest;
      remove(overdue);
      try {
        overdue.owner.overdue(this);
      } catch (RuntimeException e) {
        OwnFaults.log(e); // Else no deadline would be looked at any more.
      }
    }
  }

  private void remove(Deadline deadline) {
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
}
