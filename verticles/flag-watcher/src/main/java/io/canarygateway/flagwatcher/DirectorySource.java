package io.canarygateway.flagwatcher;

import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagFile;
import io.canarygateway.flags.FlagRegistry;
import io.canarygateway.flags.Problem;
import io.canarygateway.message.ComponentHealth.Status;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
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
 * A directory with one file for each flag, such as a mounted ConfigMap. All changes that one scan
 * finds are applied as one batch. On one context.
 */
final class DirectorySource implements FileSource {

  private final Vertx vertx;
  private final Path directory;
  private final FlagStore store;
  private final FlagSink sink;

  /** The contents of the last scan: a content is read, and perhaps refused, once. */
  private Map<String, byte[]> contents = new TreeMap<>();

  private Set<String> unreadable = Set.of();

  DirectorySource(Vertx vertx, Path directory, FlagStore store, FlagSink sink) {
    this.vertx = vertx;
    this.directory = directory;
    this.store = store;
    this.sink = sink;
  }

  @Override
  public Future<List<Change>> initialise() {
    return scan().map(scan -> changes(scan, false)).onFailure(this::failed).otherwise(List.of());
  }

  @Override
  public List<Path> watched() {
    return List.of(directory);
  }

  @Override
  public Future<Void> refresh() {
    return scan()
        .transform(
            scan -> {
              if (scan.succeeded()) {
                sink.apply(changes(scan.result(), true), true);
              } else {
                failed(scan.cause());
              }
              return Future.succeededFuture();
            });
  }

  private Future<DirectoryScan> scan() {
    FlagRegistry registry = store.registry();
    return vertx.executeBlocking(
        () -> DirectoryScan.of(directory, name -> registry.declared(name).isPresent()));
  }

  /**
   * The changes since the last scan.
   *
   * @param running whether the gateway runs, so that static flags cannot be set any more
   */
  private List<Change> changes(DirectoryScan scan, boolean running) {
    List<Change> changes = new ArrayList<>();
    scan.contents()
        .forEach(
            (name, bytes) -> {
              if (!Arrays.equals(bytes, contents.get(name))) {
                read(name, bytes, running).ifPresent(changes::add);
              }
            });
    for (String name : scan.unreadable()) {
      if (!unreadable.contains(name)) {
        Problem problem = new Problem(name, "a file", FlagFile.EXPECTED);
        sink.refuse(
            Layer.DIRECTORY, new RawValue.Refused(RawValue.Cause.BAD, problem), origin(name));
      }
    }
    for (String name : store.names(Layer.DIRECTORY)) {
      if (!scan.has(name) && !store.isStatic(name)) {
        changes.add(Change.remove(Layer.DIRECTORY, name, origin(name)));
      }
    }
    if (running) {
      store.registry().flags().stream()
          .filter(flag -> !flag.dynamic() && !scan.has(flag.name()))
          .forEach(flag -> sink.staticValue(Layer.DIRECTORY, flag.name(), Optional.empty()));
    }
    unreadable = Set.copyOf(scan.unreadable());
    contents = scan.contents();
    sink.synced(Layer.DIRECTORY);
    sink.status(Layer.DIRECTORY, Status.UP, directory.toString());
    return changes;
  }

  private Optional<Change> read(String name, byte[] bytes, boolean running) {
    RawValue value = new RawValue(name, bytes, origin(name));
    RawValue.Reading reading =
        value.read(store.registry(), Layer.DIRECTORY, running, Flag::canonicalFile);
    if (reading instanceof RawValue.Refused refused) {
      sink.refuse(Layer.DIRECTORY, refused, origin(name));
      if (refused.cause() == RawValue.Cause.STATIC) {
        sink.staticValue(Layer.DIRECTORY, name, value.text(store.registry(), Flag::canonicalFile));
      }
    }
    return reading.change();
  }

  private String origin(String name) {
    return directory.resolve(name).toString();
  }

  /** Reports that the directory cannot be read; its last values stay in force. */
  private void failed(Throwable cause) {
    sink.status(Layer.DIRECTORY, Status.DEGRADED, reason(cause));
  }

  private String reason(Throwable cause) {
    if (Files.isDirectory(directory)) {
      return "cannot be read: " + cause;
    }
    return (Files.exists(directory) ? "not a directory: " : "no such directory: ") + directory;
  }

  @Override
  public Future<Void> close() {
    return Future.succeededFuture();
  }
}
