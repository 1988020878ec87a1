package io.canarygateway.http;

import org.jspecify.annotations.Nullable;

/**
 * A list of deadlines that all last equally long, ordered by when they began. The oldest is first,
 * so finding those that are over costs nothing for the others. Confined to one event loop.
 */
final class Deadlines {

  /** The owner of a deadline, notified when it is over. */
  interface Owner {
    /** The deadline is over, and no longer in a list. */
    void overdue(Deadlines list);

    /** Whether something has passed on the owner's connection since a time, for anybody. */
    default boolean isConnectionActiveSince(long nanos) {
      return false;
    }

    /** Closes the owner's connection, because memory is short. */
    default void close() {}

    /**
     * Closes the owner's connection and frees all that it uses at once, because another connection
     * needs the socket.
     */
    default void evicted() {
      close();
    }
  }

  /** The deadline of one owner, which is in one list at a time or in none. */
  static final class Deadline {

    private final Owner owner;
    private @Nullable Deadlines list;
    private @Nullable Deadline before;
    private @Nullable Deadline after;
    private long sinceNanos;

    Deadline(Owner owner) {
      this.owner = owner;
    }

    Owner owner() {
      return owner;
    }

    /** Whether the deadline is in a list. */
    boolean isIn(Deadlines which) {
      return list == which;
    }

    /** Whether the deadline began before another one. */
    boolean isOlderThan(Deadline other) {
      return sinceNanos - other.sinceNanos < 0;
    }

    /** When the deadline began, as {@link System#nanoTime}. */
    long sinceNanos() {
      return sinceNanos;
    }

    /** Takes the deadline out of its list, if it is in one. */
    void cancel() {
      if (list != null) {
        list.remove(this);
      }
    }
  }

  /** So many deadlines are looked at for one on a silent connection. */
  private static final int MOST_LOOKED_AT = 1_000;

  private final long limitNanos;
  private @Nullable Deadline oldest;
  private @Nullable Deadline newest;

  /**
   * An empty list.
   *
   * @param limitNanos how long each deadline lasts
   */
  Deadlines(long limitNanos) {
    this.limitNanos = limitNanos;
  }

  /** Starts a deadline, anew if it had begun. It leaves the list that it was in. */
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

  /** The deadline that began first; null if the list is empty. */
  @Nullable Deadline oldest() {
    return oldest;
  }

  /**
   * The deadline that began first of those on whose connection nothing has passed since; null if
   * there is none among the first ones.
   */
  @Nullable Deadline oldestOfSilentConnection() {
    Deadline each = oldest;
    for (int i = 0; i < MOST_LOOKED_AT && each != null; i++) {
      if (!each.owner.isConnectionActiveSince(each.sinceNanos)) {
        return each;
      }
      each = each.after;
    }
    return null;
  }

  /** Takes each deadline that is over out of the list, and notifies its owner. */
  void sweep(long nowNanos) {
    while (oldest != null && nowNanos - oldest.sinceNanos >= limitNanos) {
      Deadline overdue = oldest;
      remove(overdue);
      try {
        overdue.owner.overdue(this);
      } catch (RuntimeException | OutOfMemoryError e) { // Also of direct memory, under an attack.
        InternalErrors.log(e); // The other deadlines still have to be checked.
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
