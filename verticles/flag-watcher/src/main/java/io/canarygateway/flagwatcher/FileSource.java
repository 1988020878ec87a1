package io.canarygateway.flagwatcher;

import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.List;

/**
 * A source that consists of files. {@link FilePolling} follows all of them together, so {@link
 * #start} has nothing to do.
 */
interface FileSource extends Source {

  /** The files, or directories of files, that the source is read from. On a worker. */
  List<Path> watched();

  /**
   * Reads the files, and applies what changed since the last time.
   *
   * @return completes when the changes are applied; the source reports its own trouble
   */
  Future<Void> refresh();

  @Override
  default void start() {}
}
