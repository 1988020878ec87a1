package io.canarygateway.store;

import io.canarygateway.store.WriteResult.Conflict;
import io.canarygateway.store.WriteResult.Written;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The files of states in one directory. A file is replaced as a whole, so readers need no lock.
 * Thread-safe; blocks, so it is used on worker threads.
 */
final class StateFiles implements AutoCloseable {

  /** Makes a rename in a directory last, even if the power fails. */
  interface DirectorySync {
    void sync(Path directory) throws IOException;
  }

  static final DirectorySync SYNC =
      directory -> {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
          channel.force(true);
        }
      };

  private static final String TEMPORARY = ".tmp";

  private final Path configured;
  private final DirectorySync sync;
  private volatile @Nullable Path directory;
  private @Nullable DirectoryLock lock;
  private boolean closed;

  StateFiles(Path directory, DirectorySync sync) {
    this.configured = directory;
    this.sync = sync;
  }

  /**
   * Reads a file.
   *
   * @throws StoreException if the file is not whole, or the directory has vanished
   */
  State read(String name) throws IOException, StoreException {
    Path opened = open();
    try (InputStream file = Files.newInputStream(opened.resolve(name))) {
      byte[] content = file.readNBytes(StateFile.MAX_BYTES + 1);
      if (content.length > StateFile.MAX_BYTES) {
        throw new StoreException("the file of the state is too large", null);
      }
      return StateFile.decode(content);
    } catch (NoSuchFileException e) {
      if (!Files.isDirectory(opened)) {
        throw new StoreException("the directory " + opened + " has vanished", e);
      }
      return State.NONE;
    }
  }

  /** Replaces a file if it has the expected revision. */
  WriteResult compareAndSet(String name, Revision expected, byte[] text, Calls.Deadline deadline)
      throws IOException, StoreException, InterruptedException {
    open();
    return lock()
        .hold(
            () -> {
              State current = read(name);
              if (!current.revision().equals(expected)) {
                return new Conflict(current);
              }
              if (deadline.isOver()) {
                throw new StoreException("the directory is too slow; nothing was written", null);
              }
              String token = StateFile.newToken();
              replace(open(), name, StateFile.encode(token, text));
              return new Written(new Revision(token));
            },
            deadline);
  }

  private void replace(Path opened, String name, byte[] content) throws IOException {
    // Under the lock, so there is one temporary file at most, perhaps of a writer that was killed.
    Path temporary = opened.resolve(name + TEMPORARY);
    Files.deleteIfExists(temporary);
    try {
      try (FileChannel channel =
          FileChannel.open(
              temporary,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
        ByteBuffer left = ByteBuffer.wrap(content);
        while (left.hasRemaining()) {
          channel.write(left);
        }
        channel.force(true);
      }
      Files.move(temporary, opened.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
    sync.sync(opened);
  }

  /** Creates the directory, once. Later it must not vanish: that would look like lost states. */
  private Path open() throws IOException {
    Path opened = directory;
    if (opened == null) {
      if (!Files.isDirectory(configured)) {
        Files.createDirectories(
            configured,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      opened = configured.toRealPath();
      directory = opened;
    }
    return opened;
  }

  private synchronized DirectoryLock lock() throws IOException, StoreException {
    if (closed) {
      throw new StoreException("the store is closed", null);
    }
    if (lock == null) {
      lock = DirectoryLock.share(open());
    }
    return lock;
  }

  @Override
  public void close() throws IOException {
    DirectoryLock last;
    synchronized (this) {
      closed = true;
      last = lock;
      lock = null;
    }
    if (last != null) {
      last.release();
    }
  }
}
