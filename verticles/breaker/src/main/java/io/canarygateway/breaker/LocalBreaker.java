package io.canarygateway.breaker;

import io.canarygateway.decision.Breaker;
import java.time.Duration;

/** A breaker that counts in this process alone. */
interface LocalBreaker extends Breaker {

  /**
   * Sets how long counts last and when they start anew. Called by one thread. The first call starts
   * nothing anew.
   *
   * @param window how long an event counts; zero if it counts for ever
   * @param generation a new text starts the counts anew; requests that began before are settled
   *     without being counted
   */
  void configure(Duration window, String generation);
}
