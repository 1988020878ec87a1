package io.canarygateway.config;

import io.canarygateway.flags.Flag;
import io.canarygateway.flags.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A check of settings that name a file. A pipe is refused because the gateway reads the file
 * several times. Blocks.
 */
final class ReadableFile {

  private ReadableFile() {}

  static void check(Flag<String> flag, Path file, List<Problem> problems) {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      problems.add(Problem.ofText(flag.name(), file.toString(), "a file that can be read"));
    }
  }
}
