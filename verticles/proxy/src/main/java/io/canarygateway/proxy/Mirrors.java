package io.canarygateway.proxy;

import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * The copies of requests that one event loop makes, and the limits for them. Confined to that event
 * loop.
 */
final class Mirrors {

  private final Limits limits;
  private final BooleanSupplier crowded;
  private final RandomGenerator random;
  private int inFlight;

  /**
   * The limits of copies.
   *
   * @param inFlight the most copies of one event loop at a time
   * @param bodies the bytes that the bodies of all copies of the process may have together
   */
  record Limits(int inFlight, BufferBudget bodies) {

    private static final int MOST_IN_FLIGHT = 256;

    /** Copies use at most this part of the sockets, and this part of the heap. */
    private static final int PART_OF_SOCKETS = 8;

    private static final int PART_OF_HEAP = 32;

    /**
     * The limits of a process.
     *
     * @param sockets the most connections to clients and upstreams
     * @param eventLoops the number of event loops
     */
    static Limits of(int sockets, int eventLoops) {
      return new Limits(
          Math.max(1, Math.min(MOST_IN_FLIGHT, sockets / PART_OF_SOCKETS / eventLoops)),
          new BufferBudget(Runtime.getRuntime().maxMemory() / PART_OF_HEAP));
    }
  }

  /**
   * No copies yet.
   *
   * @param crowded whether there are so many sockets that no more copies are to be made
   * @param random decides which requests are copied
   */
  Mirrors(Limits limits, BooleanSupplier crowded, RandomGenerator random) {
    this.limits = limits;
    this.crowded = crowded;
    this.random = random;
  }

  /** Decides whether a request is one of a share, 0 to 1. */
  boolean selects(double share) {
    return random.nextDouble() < share;
  }

  /** Begins a copy, if that is possible now. */
  boolean tryBegin() {
    if (inFlight >= limits.inFlight() || crowded.getAsBoolean()) {
      return false;
    }
    inFlight++;
    return true;
  }

  /**
   * Ends a copy that was begun.
   *
   * @param bytes the bytes that were taken for it
   */
  void end(long bytes) {
    inFlight--;
    limits.bodies().giveBack(bytes);
  }

  /** Takes memory for a part of a body, if there is room. */
  boolean tryTake(int bytes) {
    return limits.bodies().tryTake(bytes);
  }

  /** The number of copies that have begun and not ended. */
  int inFlight() {
    return inFlight;
  }
}
