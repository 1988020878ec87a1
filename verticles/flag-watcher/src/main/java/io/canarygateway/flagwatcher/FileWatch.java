package io.canarygateway.flagwatcher;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells when anything happens in directories: the system's own notice, which a thread waits for. It
 * says nothing of what happened, and may say so without cause; where the system has no notice to
 * give, the sources' slow poll has to do.
 */
final class FileWatch {

  private static final Logger LOG = LoggerFactory.getLogger(FileWatch.class);
  private static final WatchEvent.Kind<?>[] ALL = {
    StandardWatchEventKinds.ENTRY_CREATE,
    StandardWatchEventKinds.ENTRY_DELETE,
    StandardWatchEventKinds.ENTRY_MODIFY
  };

  private final Runnable changed;
  private final WorkerExecutor waiting;
  private final WatchService service;
  private final Map<Path, WatchKey> keys = new HashMap<>();
  private boolean complained;

  private FileWatch(Vertx vertx, Runnable changed, WatchService service) {
    this.changed = changed;
    this.service = service;
    // Its one thread waits all the time, which is what it is for.
    this.waiting = vertx.createSharedWorkerExecutor("gateway-file-watch", 1, 365, TimeUnit.DAYS);
  }

  /**
   * Starts to wait.
   *
   * @param changed called on the caller's context after anything happened
   */
  static FileWatch start(Vertx vertx, Runnable changed) throws IOException {
    FileWatch watch = new FileWatch(vertx, changed, FileSystems.getDefault().newWatchService());
    watch.await();
    return watch;
  }

  private void await() {
    // Not ordered: what the context has others do must not wait for this.
    waiting
        .executeBlocking(this::take, false)
        .onSuccess(
            open -> {
              if (open) {
                changed.run();
                await();
              }
            });
  }

  /** Blocks until something happened; false once the watch is closed. */
  private boolean take() throws InterruptedException {
    try {
      WatchKey key = service.take();
      key.pollEvents();
      key.reset();
      return true;
    } catch (ClosedWatchServiceException e) {
      return false;
    }
  }

  /**
   * Watches these directories and no others; those that are not there are left out. Blocks; one
   * call at a time.
   */
  void watch(Collection<Path> directories) {
    Set<Path> wanted = new HashSet<>();
    for (Path directory : directories) {
      try {
        Path real = directory.toRealPath();
        wanted.add(real);
        keys.put(real, real.register(service, ALL));
      } catch (ClosedWatchServiceException e) {
        return;
      } catch (IOException e) {
        complain(directory, e);
      }
    }
    keys.entrySet()
        .removeIf(
            entry -> {
              boolean unwanted = !wanted.contains(entry.getKey());
              if (unwanted) {
                entry.getValue().cancel();
              }
              return unwanted;
            });
  }

  private void complain(Path directory, IOException e) {
    if (!complained && Files.isDirectory(directory)) {
      complained = true;
      LOG.atWarn()
          .addKeyValue("directory", directory)
          .addKeyValue("reason", e)
          .log("the system gives no notice of changes, so they are looked for now and then");
    }
  }

  /**
   * The directories in which something happens if a path changes: itself if it is one, where it
   * stands, and where a link leads. Blocks.
   */
  static List<Path> directoriesOf(Path path) {
    List<Path> watched = new ArrayList<>();
    Path absolute = path.toAbsolutePath().normalize();
    if (Files.isDirectory(absolute)) {
      watched.add(absolute);
    }
    Path parent = absolute.getParent();
    while (parent != null && !Files.isDirectory(parent)) {
      parent = parent.getParent();
    }
    if (parent != null) {
      watched.add(parent);
    }
    try {
      Path real = absolute.toRealPath().getParent();
      if (real != null) {
        watched.add(real);
      }
    } catch (IOException e) {
      // Not there yet.
    }
    return watched;
  }

  Future<Void> close() {
    try {
      service.close();
    } catch (IOException e) {
      LOG.warn("the file watch did not close", e);
    }
    return waiting.close();
  }
}
