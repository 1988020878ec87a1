package io.canarygateway.launcher;

import io.canarygateway.config.ConfigException;
import io.canarygateway.config.ConfigReader;
import io.canarygateway.flags.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The configuration document that a gateway starts with: a file, inline JSON or the built-in demo.
 *
 * @param name the document's name for people
 * @param text its text, not yet parsed
 * @param file the file that the text was read from, if it was read from one
 * @param demo whether it is the built-in demo
 */
record ConfigDocument(String name, String text, Optional<Path> file, boolean demo) {

  private static final String DEMO = "/demo.json";
  private static final long MAX_BYTES = 1 << 20;
  private static final String EXPECTED = "a JSON file or inline JSON";

  /**
   * Reads the document; blocks.
   *
   * @param configuration the path of a file, or JSON, which begins with a bracket; empty for the
   *     demo
   * @throws ConfigException if there is no file of that name, or if it cannot be read
   */
  static ConfigDocument of(Optional<String> configuration) throws ConfigException {
    if (configuration.isEmpty()) {
      return new ConfigDocument("built-in demo", demoText(), Optional.empty(), true);
    }
    String given = configuration.get();
    return given.stripLeading().matches("(?s)[{\\[].*")
        ? new ConfigDocument("inline JSON", given, Optional.empty(), false)
        : ofFile(given);
  }

  private static ConfigDocument ofFile(String name) throws ConfigException {
    String shown = Problem.quote(name);
    try {
      Path file = Path.of(name);
      if (Files.isDirectory(file)) {
        throw problem("the directory " + shown, EXPECTED);
      }
      if (Files.size(file) > MAX_BYTES) {
        throw problem(shown, "a file of at most " + MAX_BYTES + " bytes");
      }
      return new ConfigDocument(name, Files.readString(file), Optional.of(file), false);
    } catch (NoSuchFileException | InvalidPathException e) {
      throw problem("no file " + shown, EXPECTED);
    } catch (AccessDeniedException e) {
      throw problem("the file " + shown, "a file that this user may read");
    } catch (MalformedInputException e) {
      throw problem("the file " + shown, "a file in UTF-8");
    } catch (IOException e) {
      throw problem("the file " + shown, "a file that can be read");
    }
  }

  private static ConfigException problem(String found, String expected) {
    return new ConfigException(List.of(new Problem(ConfigReader.DOCUMENT, found, expected)));
  }

  private static String demoText() {
    try (InputStream in =
        Objects.requireNonNull(ConfigDocument.class.getResourceAsStream(DEMO), DEMO)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("the demo is part of the jar", e);
    }
  }
}
