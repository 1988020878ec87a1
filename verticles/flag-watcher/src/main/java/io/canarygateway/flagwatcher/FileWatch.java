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
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches files and directories by the operating system's notices, for which one thread waits. A
 * notice may come without a change. Some file systems give no notices; there the timer of {@link
 * FilePolling} is all.
 *
 * <p>Notices are about directories. A file that is written beside a watched one, such as a log, is
 * no change.
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
  private volatile WatchedNames names = new WatchedNames(List.of());
  private boolean warned;

  private FileWatch(Vertx vertx, Runnable changed, WatchService service) {
    this.changed = changed;
    this.service = service;
    // The thread only waits, so Vert.x need not warn of a blocked thread for a year.
    this.waiting = vertx.createSharedWorkerExecutor("gateway-file-watch", 1, 365, TimeUnit.DAYS);
  }

  /**
   * Starts a watch of no directory.
   *
   * @param changed called after each notice, on the caller's context
   */
  static FileWatch start(Vertx vertx, Runnable changed) throws IOException {
    FileWatch watch = new FileWatch(vertx, changed, FileSystems.getDefault().newWatchService());
    watch.await();
    return watch;
  }

  private void await() {
    // Not ordered: other blocking code of the context must not wait behind this.
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

  /** Blocks until there is a notice that counts; returns false once the watch is closed. */
  private boolean take() throws InterruptedException {
    try {
      boolean counts = false;
      while (!counts) {
        WatchKey key = service.take();
        WatchedNames current = names;
        for (WatchEvent<?> event : key.pollEvents()) {
          counts |= current.counts((Path) key.watchable(), event);
        }
        key.reset();
      }
      return true;
    } catch (ClosedWatchServiceException e) {
      return false;
    }
  }

  /** Watches exactly these files and directories. Blocks; one call at a time. */
  void watch(Collection<Path> paths) {
    WatchedNames wanted = new WatchedNames(paths);
    names = wanted;
    for (Path directory : wanted.directories()) {
      try {
        keys.put(directory, directory.register(service, ALL));
      } catch (ClosedWatchServiceException e) {
        return;
      } catch (IOException e) {
        warn(directory, e);
      }
    }
    keys.entrySet()
        .removeIf(
            entry -> {
              boolean unwanted = !wanted.directories().contains(entry.getKey());
              if (unwanted) {
                entry.getValue().cancel();
              }
              return unwanted;
            });
  }

  private void warn(Path directory, IOException e) {
    if (!warned && Files.isDirectory(directory)) {
      warned = true;
      LOG.atWarn()
          .addKeyValue("directory", directory)
          .addKeyValue("reason", e)
          .log("the system reports no changes of files, so they are read now and then");
    }
  }

  Future<Void> close() {
    try {
      service.close();
    } catch (IOException e) {
      LOG.warn("the watch of files cannot be closed", e);
    }
    return waiting.close();
  }
}
