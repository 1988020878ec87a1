package io.canarygateway.flagwatcher;

import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagFile;
import io.canarygateway.flags.Problem;
import io.canarygateway.message.ComponentHealth.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A directory with one file a flag, a mounted ConfigMap for example. A change of any number of
 * files that is seen at once is one batch. On one context, but for {@link #scan}.
 */
final class DirectorySource {

  private final Path directory;
  private final FlagStore store;
  private final FlagSink sink;

  /** What was seen of each file, so that each content is dealt with once. */
  private Map<String, byte[]> seen = new TreeMap<>();

  private Set<String> unreadable = Set.of();

  DirectorySource(Path directory, FlagStore store, FlagSink sink) {
    this.directory = directory;
    this.store = store;
    this.sink = sink;
  }

  /** Reads the directory. Blocks, so not to be called on the context. */
  DirectoryScan scan() throws IOException {
    return DirectoryScan.of(directory, store.registry().byName().keySet());
  }

  /** The directories in which something happens if a flag changes. Blocks. */
  List<Path> watched() {
    return FileWatch.directoriesOf(directory);
  }

  /**
   * Deals with what changed since the last scan.
   *
   * @param running whether the gateway runs, so that static flags are not set any more
   * @return the changes to apply
   */
  List<Change> read(DirectoryScan scan, boolean running) {
    List<Change> changes = new ArrayList<>();
    scan.values()
        .forEach(
            (name, bytes) -> {
              if (!Arrays.equals(bytes, seen.get(name))) {
                read(new RawValue(name, bytes, directory.resolve(name).toString()), running)
                    .ifPresent(changes::add);
              }
            });
    for (String name : scan.unreadable()) {
      if (!unreadable.contains(name)) {
        sink.refuse(
            Layer.DIRECTORY,
            new RawValue(name, new byte[0], directory.resolve(name).toString()),
            new RawValue.Reading(
                RawValue.Worth.BAD, null, new Problem(name, "a file", FlagFile.EXPECTED)));
      }
    }
    for (String name : store.names(Layer.DIRECTORY)) {
      boolean gone = !scan.values().containsKey(name) && !scan.unreadable().contains(name);
      if (gone && store.registry().byName().get(name).dynamic()) {
        changes.add(new Change(Layer.DIRECTORY, name, null, directory.resolve(name).toString()));
      }
    }
    unreadable = Set.copyOf(scan.unreadable());
    seen = scan.values();
    sink.synced(Layer.DIRECTORY);
    sink.status(Layer.DIRECTORY, Status.UP, directory.toString());
    return changes;
  }

  private Optional<Change> read(RawValue value, boolean running) {
    RawValue.Reading reading =
        value.read(store.registry(), Layer.DIRECTORY, running, Flag::canonicalFile);
    if (reading.change() == null) {
      sink.refuse(Layer.DIRECTORY, value, reading);
    }
    return Optional.ofNullable(reading.change());
  }

  /** The directory cannot be read: the values that it had stay. */
  void failed(Throwable cause) {
    sink.status(
        Layer.DIRECTORY,
        Status.DEGRADED,
        Files.isDirectory(directory)
            ? "cannot be read: " + cause
            : (Files.exists(directory) ? "not a directory: " : "no such directory: ") + directory);
  }
}
