package io.canarygateway.flagwatcher;

import io.canarygateway.message.ConfigSnapshot;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What the flag watcher is started with.
 *
 * @param initial the settings that the process started with, of revision 1
 * @param document the file that they came from, which is watched; null if they came from none
 * @param scanPeriod how often the file is looked at
 */
public record FlagWatcherConfig(ConfigSnapshot initial, Path document, Duration scanPeriod) {

  /** A fast look at a small file: an edit counts within a quarter of a second. */
  public static final Duration DEFAULT_SCAN_PERIOD = Duration.ofMillis(250);
}
