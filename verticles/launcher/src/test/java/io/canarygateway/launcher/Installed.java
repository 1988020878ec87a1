package io.canarygateway.launcher;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Servers that tests talk to: installed from Debian's packages where they are missing. */
final class Installed {

  private Installed() {}

  /**
   * The path of a command.
   *
   * @param packages Debian's packages that bring it
   * @throws AssertionError if it is not there and cannot be installed
   */
  static String command(String name, String... packages) {
    return findOrInstall(() -> find(name), name, packages);
  }

  /**
   * Sees to it that a file is there.
   *
   * @param packages Debian's packages that bring it
   * @throws AssertionError if it is not there and cannot be installed
   */
  static void file(Path file, String... packages) {
    findOrInstall(
        () -> Optional.of(file.toString()).filter(name -> Files.exists(file)),
        file.toString(),
        packages);
  }

  private static String findOrInstall(
      Supplier<Optional<String>> find, String name, String... packages) {
    return find.get()
        .or(
            () -> {
              install(packages);
              return find.get();
            })
        .orElseThrow(
            () -> new AssertionError(name + " is missing; install " + String.join(" ", packages)));
  }

  private static Optional<String> find(String name) {
    // Servers are in /usr/sbin, which not everybody's path has.
    String path = System.getenv("PATH") + File.pathSeparator + "/usr/sbin";
    return Arrays.stream(path.split(File.pathSeparator))
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst();
  }

  private static synchronized void install(String... packages) {
    run(List.of("apt-get", "-q", "update"));
    List<String> command =
        new java.util.ArrayList<>(
            List.of("apt-get", "-q", "-y", "install", "--no-install-recommends"));
    command.addAll(List.of(packages));
    run(command);
  }

  private static void run(List<String> command) {
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD);
      builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
      builder.start().waitFor(5, TimeUnit.MINUTES);
    } catch (IOException e) {
      // Not Debian: told by the caller, who knows what is missing.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
