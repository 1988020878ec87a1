package io.canarygateway.flagwatcher;

import io.canarygateway.flags.FlagFile;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The content of a directory of flags at one moment. In a mounted ConfigMap the files are links
 * into {@code ..data}, a link that Kubernetes swaps to change all files at once. The scan reads the
 * directory behind {@code ..data}, and begins anew if that link is swapped during the scan.
 *
 * @param contents the files' contents by name, in the order of the names
 * @param unreadable the names of the files that are too large or cannot be read
 */
record DirectoryScan(Map<String, byte[]> contents, Set<String> unreadable) {

  private static final String DATA = "..data";
  private static final int MAX_TRIES = 10;
  private static final int MAX_FILES = 10_000;

  /**
   * Scans a directory. Blocks.
   *
   * @param known tells the names of flags; a file of another name is listed, but not read
   * @throws IOException if the directory does not exist or cannot be listed
   */
  static DirectoryScan of(Path directory, Predicate<String> known) throws IOException {
    Path data = directory.resolve(DATA);
    for (int tries = 1; ; tries++) {
      Optional<Path> before = target(data);
      DirectoryScan scan = new DirectoryScan(new TreeMap<>(), new TreeSet<>());
      try {
        scan.read(directory, known, before.isPresent());
        if (before.isPresent()) {
          scan.read(directory.resolve(before.get()), known, false);
        }
      } catch (IOException e) {
        if (before.equals(target(data)) || tries == MAX_TRIES) {
          throw e;
        }
        continue;
      }
      if (before.equals(target(data)) || tries == MAX_TRIES) {
        return scan;
      }
    }
  }

  /** Whether there is a file of this name, readable or not. */
  boolean has(String name) {
    return contents.containsKey(name) || unreadable.contains(name);
  }

  private static Optional<Path> target(Path data) throws IOException {
    return Files.isSymbolicLink(data)
        ? Optional.of(Files.readSymbolicLink(data))
        : Optional.empty();
  }

  /**
   * Reads the files of one directory.
   *
   * @param mounted whether the directory is a mounted ConfigMap, whose links into {@code ..data}
   *     may be outdated and are left out
   */
  private void read(Path directory, Predicate<String> known, boolean mounted) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        boolean link = mounted && Files.isSymbolicLink(file);
        // Names that begin with a dot belong to Kubernetes and to editors.
        if (name.startsWith(".")
            || link && Files.readSymbolicLink(file).startsWith(DATA)
            || !Files.isRegularFile(file)
            || !known.test(name) && contents.size() >= MAX_FILES) {
          continue;
        }
        try {
          contents.put(name, known.test(name) ? FlagFile.read(file) : new byte[0]);
        } catch (IOException e) {
          if (Files.exists(file)) { // Otherwise the file was removed during the scan.
            unreadable.add(name);
          }
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }
}
