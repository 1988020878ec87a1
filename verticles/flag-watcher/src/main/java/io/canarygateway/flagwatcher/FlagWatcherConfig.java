package io.canarygateway.flagwatcher;

import io.canarygateway.config.FlagValues;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What the flag watcher is started with.
 *
 * @param conf the values of the configuration document, which also name the other sources
 * @param document the file that they came from, which is watched; null if they came from none
 * @param node the id of this process, new with each start
 * @param pollPeriod how often files are looked at even if the system gives no notice of a change
 */
public record FlagWatcherConfig(FlagValues conf, Path document, String node, Duration pollPeriod) {

  /** A safety net only: the system's notice comes within milliseconds. */
  public static final Duration DEFAULT_POLL_PERIOD = Duration.ofSeconds(2);
}
