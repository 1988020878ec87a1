package io.canarygateway.decision;

import java.util.concurrent.atomic.AtomicBoolean;

/** Room for one error, held while a canary request is in flight. Any thread. */
public final class Reservation {

  /** Holds no room: what goes to main has this. */
  public static final Reservation NONE = new Reservation(error -> {});

  /** Where the room comes from. */
  interface Room {
    void settle(boolean error);
  }

  private final Room room;
  private final AtomicBoolean settled = new AtomicBoolean();

  Reservation(Room room) {
    this.room = room;
  }

  /**
   * Gives the room back, or turns it into an error. Only the first call counts, so that every way
   * in which a request can end may call it.
   *
   * @param error whether the canary failed
   */
  public void settle(boolean error) {
    // Looked at first, since all requests to main share one, which none of them should write to.
    if (!settled.get() && settled.compareAndSet(false, true)) {
      room.settle(error);
    }
  }
}
