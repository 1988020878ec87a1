package io.canarygateway.launcher;

import io.canarygateway.config.ConfigException;
import io.canarygateway.config.ConfigReader;
import io.canarygateway.flags.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/**
 * Where the configuration comes from: the file or the inline JSON of {@code -conf}, or the built-in
 * demo.
 *
 * @param text the document
 * @param file the file it was read from, or null
 * @param clustered whether the launcher's own option asks for a cluster
 */
record ConfigSource(String text, Path file, boolean clustered) {

  private static final String DEMO = "/demo.json";
  private static final long MAX_BYTES = 1 << 20;

  /** The options of the launcher's that are needed before it runs. */
  private static final class Arguments {
    @Option(names = {"-conf", "--conf"})
    private String conf;

    @Option(names = {"-c", "-cluster", "--cluster"})
    private boolean clustered;
  }

  /**
   * Reads what the arguments name.
   *
   * @throws ConfigException if it cannot be read
   */
  static ConfigSource of(String[] args) throws ConfigException {
    Arguments arguments = new Arguments();
    CommandLine command =
        new CommandLine(arguments)
            .setOptionsCaseInsensitive(true)
            .setUnmatchedArgumentsAllowed(true);
    try {
      command.parseArgs(args);
    } catch (CommandLine.ParameterException e) {
      throw problem("nothing", "a JSON file or inline JSON");
    }
    if (arguments.conf == null) {
      return new ConfigSource(demo(), null, arguments.clustered);
    }
    return arguments.conf.stripLeading().matches("(?s)[{\\[].*")
        ? new ConfigSource(arguments.conf, null, arguments.clustered)
        : ofFile(arguments.conf, arguments.clustered);
  }

  private static ConfigSource ofFile(String name, boolean clustered) throws ConfigException {
    try {
      Path file = Path.of(name);
      if (Files.size(file) > MAX_BYTES) {
        throw problem(name, "a file of at most " + MAX_BYTES + " bytes");
      }
      return new ConfigSource(Files.readString(file), file, clustered);
    } catch (MalformedInputException e) {
      throw problem(name, "a file in UTF-8");
    } catch (IOException | InvalidPathException e) {
      throw problem(name, "a readable JSON file or inline JSON");
    }
  }

  private static ConfigException problem(String found, String expected) {
    return new ConfigException(List.of(new Problem(ConfigReader.DOCUMENT, found, expected)));
  }

  private static String demo() {
    try (InputStream in = ConfigSource.class.getResourceAsStream(DEMO)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("the demo is part of the jar", e);
    }
  }
}
