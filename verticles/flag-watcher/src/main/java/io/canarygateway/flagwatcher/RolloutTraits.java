package io.canarygateway.flagwatcher;

import io.canarygateway.extension.RolloutSource;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * The properties that a {@link RolloutSource} states about itself.
 *
 * @param origin the source's name for people
 * @param delayMs the time between two readings in ms, at least 100
 * @param unhealthy the age from which a reading does not count any more
 */
record RolloutTraits(String origin, long delayMs, Duration unhealthy) {

  /** The traits of maxwells-daemon, until the source has stated its own. */
  static final RolloutTraits DEFAULT = new RolloutTraits("", 4_000, Duration.ofSeconds(8));

  private static final long MIN_DELAY_MS = 100;
  private static final long MIN_CALL_MS = 3_500;

  /**
   * The traits that a source states now; {@code before} if the source throws or states nonsense.
   */
  static RolloutTraits of(RolloutSource source, RolloutTraits before) {
    try {
      // By its ns: throws if the time is too long to be counted.
      Duration unhealthy = Duration.ofNanos(source.unhealthy().toNanos());
      return new RolloutTraits(
          Objects.requireNonNull(source.origin()),
          Math.max(MIN_DELAY_MS, source.delay().toMillis()),
          unhealthy);
    } catch (RuntimeException e) {
      return before;
    }
  }

  /** The time after which a call counts as failed, in ns. */
  long callTimeoutNanos() {
    return Math.max(TimeUnit.MILLISECONDS.toNanos(MIN_CALL_MS), unhealthy.toNanos());
  }
}
