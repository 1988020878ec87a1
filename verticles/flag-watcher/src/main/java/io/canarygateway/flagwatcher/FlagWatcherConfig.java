package io.canarygateway.flagwatcher;

import io.canarygateway.config.FlagValues;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of {@link FlagWatcherVerticle}.
 *
 * @param conf the values of the configuration document, which also name the other sources
 * @param document the document's file, whose edits are followed; null if the document is no file
 * @param node the id of this process, new with each start
 * @param pollPeriod the time between two readings of the files if the system reports no change
 */
public record FlagWatcherConfig(
    FlagValues conf, @Nullable Path document, String node, Duration pollPeriod) {

  /** 2 s, for file systems without notices; a notice comes within milliseconds. */
  public static final Duration DEFAULT_POLL_PERIOD = Duration.ofSeconds(2);
}
