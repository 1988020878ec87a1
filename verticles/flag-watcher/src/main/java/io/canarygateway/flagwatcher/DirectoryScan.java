package io.canarygateway.flagwatcher;

import io.canarygateway.flags.FlagFile;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What stands in a directory of flags at one moment: one file a flag. In a mounted ConfigMap the
 * files are links into {@code ..data}, a link that Kubernetes swaps for all of them at once; what
 * is read is then the directory that it points to, and read again should it be swapped meanwhile.
 *
 * @param values the files by name, in order
 * @param unreadable the names of files that are too large or cannot be read
 */
record DirectoryScan(Map<String, byte[]> values, Set<String> unreadable) {

  private static final String DATA = "..data";
  private static final int MAX_TRIES = 10;
  private static final int MAX_FILES = 10_000;

  /**
   * Reads the directory. Blocks.
   *
   * @param known the names of flags; other files are listed, but not read
   * @throws IOException if it is not there or cannot be listed
   */
  static DirectoryScan of(Path directory, Set<String> known) throws IOException {
    Path data = directory.resolve(DATA);
    for (int tries = 1; ; tries++) {
      Path before = target(data);
      DirectoryScan scan = new DirectoryScan(new TreeMap<>(), new java.util.TreeSet<>());
      try {
        scan.read(directory, known, before != null);
        if (before != null) {
          scan.read(directory.resolve(before), known, false);
        }
      } catch (IOException e) {
        if (java.util.Objects.equals(before, target(data)) || tries == MAX_TRIES) {
          throw e;
        }
        continue;
      }
      if (java.util.Objects.equals(before, target(data)) || tries == MAX_TRIES) {
        return scan;
      }
    }
  }

  private static Path target(Path data) throws IOException {
    return Files.isSymbolicLink(data) ? Files.readSymbolicLink(data) : null;
  }

  /**
   * Reads the files of one directory.
   *
   * @param mounted whether links into {@code ..data} are left out, for they may be stale
   */
  private void read(Path directory, Set<String> known, boolean mounted) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        // Names that begin with a dot are Kubernetes' and editors' own.
        boolean link = mounted && Files.isSymbolicLink(file);
        if (name.startsWith(".")
            || link && Files.readSymbolicLink(file).startsWith(DATA)
            || !Files.isRegularFile(file)
            || !known.contains(name) && values.size() >= MAX_FILES) {
          continue;
        }
        try {
          values.put(name, known.contains(name) ? FlagFile.read(file) : new byte[0]);
        } catch (IOException e) {
          if (Files.exists(file)) { // Else it was removed just now.
            unreadable.add(name);
          }
        }
      }
    } catch (java.nio.file.DirectoryIteratorException e) {
      throw e.getCause();
    }
  }
}
