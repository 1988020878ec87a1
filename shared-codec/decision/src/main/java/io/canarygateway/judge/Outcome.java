package io.canarygateway.judge;

/**
 * The outcome of one scored request, packed into a byte, because each request has one: bit 0 is the
 * arm, bit 1 says whether it failed, and bits 2 to 7 are the number of latency bounds exceeded.
 */
public final class Outcome {

  private static final int CANARY = 1;
  private static final int FAILED = 2;
  private static final int SLOW_SHIFT = 2;

  private Outcome() {}

  /**
   * Packs an outcome.
   *
   * @param canary whether the request went to canary
   * @param failed whether it failed
   * @param exceeded the result of {@link LatencyBounds#exceeded}
   * @return the byte
   */
  public static byte of(boolean canary, boolean failed, int exceeded) {
    return (byte) ((canary ? CANARY : 0) | (failed ? FAILED : 0) | exceeded << SLOW_SHIFT);
  }

  /**
   * Forgets how long the response took.
   *
   * @param outcome the byte
   * @return the same outcome, slow for no bound
   */
  public static byte inTime(byte outcome) {
    return (byte) (outcome & (CANARY | FAILED));
  }

  /**
   * Unpacks the arm.
   *
   * @param outcome the byte
   * @return whether the request went to canary
   */
  public static boolean isCanary(byte outcome) {
    return (outcome & CANARY) != 0;
  }

  /**
   * Unpacks the failure.
   *
   * @param outcome the byte
   * @return whether the request failed
   */
  public static boolean isFailed(byte outcome) {
    return (outcome & FAILED) != 0;
  }

  /**
   * Unpacks the latency.
   *
   * @param outcome the byte
   * @return how many latency bounds the time to the head exceeded; at most {@link
   *     LatencyBounds#COUNT}, whatever the byte is
   */
  public static int exceeded(byte outcome) {
    return Math.min((outcome & 0xff) >> SLOW_SHIFT, LatencyBounds.COUNT);
  }
}
