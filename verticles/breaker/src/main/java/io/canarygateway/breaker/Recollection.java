package io.canarygateway.breaker;

/**
 * The times of the counted events, so that old ones can be forgotten. Lock-free; safe for use by
 * any thread.
 */
sealed interface Recollection permits Everything, RecentSlices {

  /**
   * Remembers events that happened just now.
   *
   * @param times the number of events
   * @return whether they are remembered; false if this memory is closed
   */
  boolean add(long times);

  /**
   * Forgets events that are older than the window.
   *
   * @return the number of events that this call forgot
   */
  long forget();

  /**
   * Closes this memory, so that another one can replace it.
   *
   * @return the number of events that it remembered
   */
  long close();
}
