package io.canarygateway.flagwatcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/** A directory that is swapped as kubelet swaps a mounted ConfigMap. */
final class ConfigMapMount {

  private static final long QUICK_NANOS = 10_000_000;

  private final Path directory;
  private int swaps;

  ConfigMapMount(Path directory) {
    this.directory = directory;
  }

  /**
   * What kubelet does: a folder with a time in its name, a link {@code ..data_tmp} to it renamed
   * over {@code ..data}, links for new names, then the removal of links and of the folder that are
   * stale.
   *
   * @return whether it took less time than a watcher waits for the next change of a directory, so
   *     that nobody has seen half of it
   */
  boolean swap(Map<String, String> values) throws IOException {
    long begin = System.nanoTime();
    Path folder = Files.createDirectories(directory.resolve("..2026_11_21_" + swaps++));
    for (var value : values.entrySet()) {
      Files.writeString(folder.resolve(value.getKey()), value.getValue());
    }
    Path data = directory.resolve("..data");
    Path old = Files.exists(data) ? directory.resolve(Files.readSymbolicLink(data)) : null;
    Path next = directory.resolve("..data_tmp");
    Files.createSymbolicLink(next, folder.getFileName());
    Files.move(next, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    for (String name : values.keySet()) {
      if (!Files.isSymbolicLink(directory.resolve(name))) {
        Files.createSymbolicLink(directory.resolve(name), Path.of("..data", name));
      }
    }
    if (old != null) {
      removeStale(old, values);
    }
    return System.nanoTime() - begin < QUICK_NANOS;
  }

  private void removeStale(Path old, Map<String, String> values) throws IOException {
    try (var stale = Files.list(old)) {
      for (Path file : stale.toList()) {
        if (!values.containsKey(file.getFileName().toString())) {
          Files.delete(directory.resolve(file.getFileName().toString()));
        }
        Files.delete(file);
      }
    }
    Files.delete(old);
  }
}
