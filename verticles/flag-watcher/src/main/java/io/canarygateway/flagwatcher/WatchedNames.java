package io.canarygateway.flagwatcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The directories in which changes of some files and directories show, and the names in them that
 * count. A file that comes or goes counts always, because links may lead to it. Immutable.
 */
final class WatchedNames {

  /** By directory, without links in its path. */
  private final Map<Path, Set<Path>> names = new HashMap<>();

  /** The directories of which each file counts. */
  private final Set<Path> whole = new HashSet<>();

  /**
   * The names of files and directories: each directory itself, the nearest parent that exists, and
   * the directory to which links lead. Blocks.
   */
  WatchedNames(Collection<Path> paths) {
    for (Path path : paths) {
      Path absolute = path.toAbsolutePath().normalize();
      Path real = real(absolute);
      if (real != null) {
        if (Files.isDirectory(real)) {
          add(real, null);
          whole.add(real);
        }
        add(real.getParent(), real.getFileName());
      }
      Path child = absolute;
      while (child.getParent() != null && !Files.isDirectory(child.getParent())) {
        child = child.getParent();
      }
      add(child.getParent() == null ? null : real(child.getParent()), child.getFileName());
    }
  }

  private void add(@Nullable Path directory, @Nullable Path name) {
    if (directory != null) {
      Set<Path> known = names.computeIfAbsent(directory, made -> new HashSet<>());
      if (name != null) {
        known.add(name);
      }
    }
  }

  private static @Nullable Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return null; // It does not exist yet.
    }
  }

  /** The directories. */
  Set<Path> directories() {
    return names.keySet();
  }

  /** Whether an event in one of the directories may be a change. */
  boolean counts(Path directory, WatchEvent<?> event) {
    return event.kind() != StandardWatchEventKinds.ENTRY_MODIFY
        || whole.contains(directory)
        || names.getOrDefault(directory, Set.of()).contains((Path) event.context());
  }
}
