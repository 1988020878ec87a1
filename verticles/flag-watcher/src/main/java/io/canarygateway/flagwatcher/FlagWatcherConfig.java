package io.canarygateway.flagwatcher;

import io.canarygateway.config.FlagValues;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of {@link FlagWatcherVerticle}.
 *
 * @param conf the values of the configuration document, which also name the other sources
 * @param document the document's file, whose edits are followed; null if the document is no file
 * @param node the id of this process, new with each start
 * @param pollPeriod the time between two readings of the files if the system reports no change
 * @param edit what is changed in the values of the document after each edit of its file, as it was
 *     in {@code conf}
 */
public record FlagWatcherConfig(
    FlagValues conf,
    @Nullable Path document,
    String node,
    Duration pollPeriod,
    UnaryOperator<FlagValues> edit) {

  /** 2 s, for file systems without notices; a notice comes within milliseconds. */
  public static final Duration DEFAULT_POLL_PERIOD = Duration.ofSeconds(2);

  /**
   * A configuration whose document is used as it is.
   *
   * @param conf the values of the document
   * @param document the document's file, or null
   * @param node the id of this process
   * @param pollPeriod the time between two readings of the files
   */
  public FlagWatcherConfig(
      FlagValues conf, @Nullable Path document, String node, Duration pollPeriod) {
    this(conf, document, node, pollPeriod, UnaryOperator.identity());
  }
}
