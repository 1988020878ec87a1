package io.canarygateway.flagwatcher;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the {@link FileSource}s up to date with their files. A change that the operating system
 * reports begins a pass over all of them; a timer begins one too, for file systems that report
 * nothing. Passes never overlap. On one context.
 */
final class FilePolling {

  private static final Logger LOG = LoggerFactory.getLogger(FilePolling.class);

  private enum State {
    /** No pass is running. */
    IDLE,
    /** A pass is running. */
    RUNNING,
    /** A pass is running that may have missed a later change, so another one follows. */
    RUNNING_THEN_AGAIN,
    CLOSED
  }

  private final Vertx vertx;
  private final List<FileSource> sources;
  private final Duration period;
  private @Nullable FileWatch watch;
  private State state = State.IDLE;

  /**
   * Creates a polling that has not begun.
   *
   * @param period the time between two passes that nothing but the timer asks for
   */
  FilePolling(Vertx vertx, List<FileSource> sources, Duration period) {
    this.vertx = vertx;
    this.sources = sources;
    this.period = period;
  }

  /** Begins to watch; completes after the first pass. */
  Future<?> start() {
    if (sources.isEmpty()) {
      return Future.succeededFuture();
    }
    Debounce changes = new Debounce(vertx, this::pass);
    try {
      watch = FileWatch.start(vertx, changes::poke);
    } catch (IOException e) {
      LOG.warn("the system reports no changes of files, so they are read now and then", e);
    }
    vertx.setPeriodic(period.toMillis(), timer -> pass());
    return pass();
  }

  /** Reads all files; while a pass is running, notes that another one has to follow. */
  private Future<?> pass() {
    switch (state) {
      case IDLE -> {
        state = State.RUNNING;
        return run().onComplete(done -> ended());
      }
      case RUNNING -> state = State.RUNNING_THEN_AGAIN;
      case RUNNING_THEN_AGAIN, CLOSED -> {}
    }
    return Future.succeededFuture();
  }

  private Future<?> run() {
    // Watched before they are read, so that no change falls between the two.
    Future<?> refreshed = vertx.executeBlocking(this::watchFiles);
    for (FileSource source : sources) {
      refreshed = refreshed.compose(previous -> source.refresh());
    }
    return refreshed.onFailure(cause -> LOG.error("the files of flags cannot be read", cause));
  }

  private void ended() {
    boolean again = state == State.RUNNING_THEN_AGAIN;
    if (state != State.CLOSED) {
      state = State.IDLE;
    }
    if (again) {
      pass();
    }
  }

  /** Watches the files anew, since a link may lead elsewhere by now. On a worker. */
  private @Nullable Void watchFiles() {
    FileWatch current = watch;
    if (current != null) {
      List<Path> watched = new ArrayList<>();
      sources.forEach(source -> watched.addAll(source.watched()));
      current.watch(watched);
    }
    return null;
  }

  Future<Void> close() {
    state = State.CLOSED;
    return watch == null ? Future.succeededFuture() : watch.close();
  }
}
