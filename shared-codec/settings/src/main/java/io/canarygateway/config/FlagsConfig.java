package io.canarygateway.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where flags come from besides the configuration document; static.
 *
 * @param directory the directory with one file a flag, or null
 * @param strict whether a bad or unknown value at start refuses the start
 */
public record FlagsConfig(Path directory, boolean strict) {

  /** Where the values say that flags come from. */
  public static FlagsConfig of(FlagValues values) {
    String directory = values.get(SourceSettings.FLAGS_DIRECTORY);
    return new FlagsConfig(
        directory.isEmpty() ? null : Path.of(directory), values.get(SourceSettings.FLAGS_STRICT));
  }

  /** The directory, if there is one. */
  public Optional<Path> directoryIfSet() {
    return Optional.ofNullable(directory);
  }
}
