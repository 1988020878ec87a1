package io.canarygateway.decision;

import java.util.concurrent.atomic.AtomicBoolean;

/** One possible error of the error limit, held while a canary request is in flight. Thread-safe. */
public final class Reservation {

  /** The reservation of a request to main: it holds nothing. */
  public static final Reservation NONE = new Reservation(error -> {});

  /** The counts that a reservation belongs to. Thread-safe. */
  @FunctionalInterface
  public interface Counts {

    /**
     * Ends a reservation, which becomes an error or does not. Called once for each reservation.
     *
     * @param error whether the canary request failed
     */
    void settle(boolean error);
  }

  private final Counts counts;
  private final AtomicBoolean settled = new AtomicBoolean();

  /**
   * Creates a reservation that is in force.
   *
   * @param counts the counts that hold it
   */
  public Reservation(Counts counts) {
    this.counts = counts;
  }

  /**
   * Ends the reservation, which becomes an error or does not. Only the first call counts, so every
   * way in which a request can end may call this.
   *
   * @param error whether the canary request failed
   */
  public void settle(boolean error) {
    // The read avoids a write to NONE, which all requests to main on all cores share.
    if (!settled.get() && settled.compareAndSet(false, true)) {
      counts.settle(error);
    }
  }
}
