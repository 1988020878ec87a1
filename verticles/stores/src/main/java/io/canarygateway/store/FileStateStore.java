package io.canarygateway.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * States in files of one directory, for processes of one machine. Reads and writes have a worker
 * thread each, so a writer that waits for the lock does not keep readers from reading.
 */
final class FileStateStore implements StateStore {

  private static final long POLL_MS = 200;

  private final Vertx vertx;
  private final StateFiles files;
  private final Calls calls;
  private final WorkerExecutor reader;
  private final WorkerExecutor writer;
  private final Map<PollingWatch, StateKey> watches = new LinkedHashMap<>();
  private @Nullable Future<Void> closing;

  /** Opens the store on the current context; the directory is not touched yet. */
  FileStateStore(Vertx vertx, Path directory, StateFiles.DirectorySync sync) {
    this.vertx = vertx;
    this.files = new StateFiles(directory, sync);
    this.calls = new Calls(vertx, FileStateStore::reason);
    this.reader = vertx.createSharedWorkerExecutor("state-file-reader", 1);
    this.writer = vertx.createSharedWorkerExecutor("state-file-writer", 1);
  }

  private static String reason(Throwable cause) {
    // The message of a file system's exception is often just the name of the file.
    return cause.getClass().getSimpleName() + ": " + Causes.line(cause);
  }

  @Override
  public String engine() {
    return "file";
  }

  @Override
  public Future<State> read(StateKey key) {
    String name = KeyNames.file(key);
    return calls.run(deadline -> reader.executeBlocking(() -> files.read(name), false));
  }

  @Override
  public Future<WriteResult> compareAndSet(StateKey key, Revision expected, String text) {
    String name = KeyNames.file(key);
    return calls
        .run(
            deadline -> {
              byte[] bytes = StateText.encode(text);
              return writer.executeBlocking(
                  () -> files.compareAndSet(name, expected, bytes, deadline), false);
            })
        .onSuccess(result -> PollingWatch.written(watches, key));
  }

  @Override
  public Watch watch(StateKey key, Watcher watcher) {
    if (calls.isClosed()) {
      return () -> {};
    }
    PollingWatch watch =
        new PollingWatch(vertx, POLL_MS, () -> read(key), watcher, watches::remove);
    watches.put(watch, key);
    return watch;
  }

  @Override
  public Future<Void> close() {
    Future<Void> begun = closing;
    if (begun == null) {
      calls.close();
      List.copyOf(watches.keySet()).forEach(Watch::close);
      begun =
          vertx
              .executeBlocking(
                  () -> {
                    files.close();
                    return (Void) null;
                  },
                  false)
              .eventually(reader::close)
              .eventually(writer::close);
      closing = begun;
    }
    return begun;
  }
}
