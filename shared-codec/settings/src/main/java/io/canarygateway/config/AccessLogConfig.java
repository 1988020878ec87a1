package io.canarygateway.config;

import io.canarygateway.flags.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The settings of the access log.
 *
 * @param format the format of its lines; dynamic
 * @param file the file that it is appended to; empty for stdout; static
 */
public record AccessLogConfig(AccessLogFormat format, Optional<Path> file) {

  static AccessLogConfig of(FlagValues values) {
    String file = values.required(AccessLogSettings.FILE);
    return new AccessLogConfig(
        values.required(AccessLogSettings.FORMAT),
        file.isEmpty() ? Optional.empty() : Optional.of(Path.of(file)));
  }

  /**
   * Checks that the file can be written, or made. Nothing is created. Blocks.
   *
   * @param values the values
   * @throws ConfigException if not
   */
  public static void checkFile(FlagValues values) throws ConfigException {
    Optional<Path> file = of(values).file();
    if (file.isPresent() && !isWritable(file.get())) {
      throw new ConfigException(
          List.of(
              Problem.ofText(
                  AccessLogSettings.FILE.name(),
                  file.get().toString(),
                  "a file that can be written, in a directory that exists")));
    }
  }

  private static boolean isWritable(Path file) {
    if (Files.exists(file)) {
      return !Files.isDirectory(file) && Files.isWritable(file);
    }
    Path directory = file.toAbsolutePath().getParent();
    return directory != null && Files.isDirectory(directory) && Files.isWritable(directory);
  }
}
