package io.canarygateway.http;

/** A place in a {@link Deadlines} list. On one event loop. */
final class Deadline {

  /** Hears that its time is up; it is in no list any more. */
  interface Owner {
    void overdue(Deadlines list);
  }

  final Owner owner;
  Deadlines list;
  Deadline before;
  Deadline after;
  long sinceNanos;

  Deadline(Owner owner) {
    this.owner = owner;
  }

  /** Leaves the list that it is in, if it is in one. */
  void cancel() {
    if (list != null) {
      list.remove(this);
    }
  }
}
