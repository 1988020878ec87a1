package io.canarygateway.decision;

import java.util.concurrent.atomic.AtomicBoolean;

/** Room for one error, held while a canary request is in flight. Safe for use by any thread. */
public final class Reservation {

  /** The reservation of a request to main: it holds no room. */
  public static final Reservation NONE = new Reservation(error -> {});

  /** The counts that a reservation belongs to. */
  interface Room {
    void settle(boolean error);
  }

  private final Room room;
  private final AtomicBoolean settled = new AtomicBoolean();

  Reservation(Room room) {
    this.room = room;
  }

  /**
   * Gives the room back, or turns it into an error. Only the first call counts, so every way in
   * which a request can end may call this.
   *
   * @param error whether the canary request failed
   */
  public void settle(boolean error) {
    // The read avoids a write to NONE, which all requests to main on all cores share.
    if (!settled.get() && settled.compareAndSet(false, true)) {
      room.settle(error);
    }
  }
}
