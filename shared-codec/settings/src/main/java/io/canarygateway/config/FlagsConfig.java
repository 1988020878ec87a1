package io.canarygateway.config;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the flags' directory; static.
 *
 * @param directory the directory with one file for each flag, or null
 * @param strict whether an invalid or unknown value in a source prevents the start
 */
public record FlagsConfig(@Nullable Path directory, boolean strict) {

  /**
   * Reads the settings of the directory.
   *
   * @param values values that {@link GatewayConfig#of} accepts
   * @return the settings
   */
  public static FlagsConfig of(FlagValues values) {
    String directory = values.required(SourceSettings.FLAGS_DIRECTORY);
    return new FlagsConfig(
        directory.isEmpty() ? null : Path.of(directory),
        values.required(SourceSettings.FLAGS_STRICT));
  }

  /** {@return the directory, if one is set} */
  public Optional<Path> directoryIfSet() {
    return Optional.ofNullable(directory);
  }
}
