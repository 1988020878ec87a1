package io.canarygateway.config;

import io.canarygateway.flags.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The permission to change things by the API; static.
 *
 * @param tokenFile the file with the token that proves the permission; empty if nobody has it
 */
public record AdminConfig(Optional<Path> tokenFile) {

  /** The shortest token. */
  public static final int MIN_TOKEN_LENGTH = 16;

  static AdminConfig of(FlagValues values) {
    String file = values.required(AdminSettings.TOKEN_FILE);
    return new AdminConfig(file.isEmpty() ? Optional.empty() : Optional.of(Path.of(file)));
  }

  /**
   * Reads the token. Blocks.
   *
   * @param file the file
   * @return the content without white space around it
   * @throws IOException if the file cannot be read or is no token, with a reason for people
   */
  public static String token(Path file) throws IOException {
    String token;
    try {
      token = Files.readString(file).strip();
    } catch (IOException e) {
      throw new IOException("the file of admin.token-file cannot be read", e);
    }
    if (token.length() < MIN_TOKEN_LENGTH) {
      throw new IOException(
          "the file of admin.token-file holds fewer than " + MIN_TOKEN_LENGTH + " characters");
    }
    return token;
  }

  /**
   * Checks that the file can be read and holds a token. Blocks.
   *
   * @param values the values
   * @throws ConfigException if not
   */
  public static void checkFile(FlagValues values) throws ConfigException {
    List<Problem> problems = new ArrayList<>();
    of(values)
        .tokenFile()
        .ifPresent(
            file -> {
              ReadableFile.check(AdminSettings.TOKEN_FILE, file, problems);
              if (problems.isEmpty()) {
                checkToken(file, problems);
              }
            });
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  private static void checkToken(Path file, List<Problem> problems) {
    try {
      token(file);
    } catch (IOException e) {
      problems.add(
          Problem.ofText(
              AdminSettings.TOKEN_FILE.name(),
              file.toString(),
              "a file with at least " + MIN_TOKEN_LENGTH + " characters"));
    }
  }
}
