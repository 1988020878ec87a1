package io.canarygateway.judge;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/**
 * The bounds of the histogram {@code gateway_response_duration_seconds}. A response is slow for
 * each bound that the time to its head exceeds.
 */
public final class LatencyBounds {

  private static final long[] MILLIS = {
    1, 2, 3, 4, 5, 7, 10, 15, 20, 25, 30, 40, 50, 75, 100, 150, 200, 250, 300, 400, 500, 750, 1_000,
    1_500, 2_000, 3_000, 5_000, 7_500, 10_000, 15_000, 20_000, 30_000, 60_000
  };

  private static final long[] NANOS =
      LongStream.of(MILLIS).map(TimeUnit.MILLISECONDS::toNanos).toArray();

  /** The number of bounds. */
  public static final int COUNT = MILLIS.length;

  private LatencyBounds() {}

  /** {@return the bounds in ms, in rising order} */
  public static long[] millis() {
    return MILLIS.clone();
  }

  /**
   * Counts the bounds that a time exceeds.
   *
   * @param nanos the time from a request's head to the head of its response, in nanoseconds
   * @return 0 to {@link #COUNT}; the response is slow for this many bounds, the lowest first
   */
  public static int exceeded(long nanos) {
    int found = Arrays.binarySearch(NANOS, nanos);
    return found >= 0 ? found : -found - 1;
  }
}
