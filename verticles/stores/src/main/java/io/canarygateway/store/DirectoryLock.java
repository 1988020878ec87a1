package io.canarygateway.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The lock of a directory: one writer at a time, among all threads and all processes. Thread-safe;
 * blocks, so it is used on worker threads.
 *
 * <p>Closing any channel of a file ends all locks that the process has on the file. So all stores
 * of a directory in one process share one object with one channel.
 */
final class DirectoryLock {

  static final String NAME = ".lock";

  private static final long RETRY_MS = 2;
  private static final Object UNKNOWN = new Object();
  private static final Map<Path, DirectoryLock> SHARED = new HashMap<>();

  private final Path directory;
  private final Semaphore thread = new Semaphore(1, true);

  /** The number of stores; written under the monitor of the map. */
  private volatile int users;

  private @Nullable FileChannel channel;
  private @Nullable Object inode;

  private DirectoryLock(Path directory) {
    this.directory = directory;
  }

  /**
   * Takes a share of a directory's lock; {@link #release} gives it back.
   *
   * @param directory the real path
   */
  static DirectoryLock share(Path directory) {
    synchronized (SHARED) {
      DirectoryLock lock = SHARED.computeIfAbsent(directory, DirectoryLock::new);
      lock.users++;
      return lock;
    }
  }

  /** Closes the channel if no other store uses it. Waits for a writer that is at work. */
  void release() throws IOException {
    // A new lock of the directory must not exist yet: closing this channel would end its locks.
    synchronized (SHARED) {
      if (--users > 0) {
        return;
      }
      thread.acquireUninterruptibly();
      try {
        closeChannel();
      } finally {
        thread.release();
        SHARED.remove(directory);
      }
    }
  }

  /** What is done while the lock is held. */
  interface Work<T> {
    T run() throws IOException, StoreException;
  }

  /**
   * Does something while the lock is held.
   *
   * @throws StoreException if the lock is not free in time
   */
  <T> T hold(Work<T> work, Calls.Deadline deadline)
      throws IOException, StoreException, InterruptedException {
    if (!thread.tryAcquire(Math.max(0, deadline.leftMs()), TimeUnit.MILLISECONDS)) {
      throw busy();
    }
    try (FileLock lock = lock(deadline)) {
      assert lock.isValid();
      return work.run();
    } finally {
      thread.release();
    }
  }

  private FileLock lock(Calls.Deadline deadline)
      throws IOException, StoreException, InterruptedException {
    while (!deadline.isOver()) {
      if (users == 0) {
        throw new StoreException("the store is closed", null);
      }
      FileLock lock = tryLock(open());
      if (lock == null) {
        TimeUnit.MILLISECONDS.sleep(RETRY_MS);
      } else if (isOfPath()) {
        return lock;
      } else {
        closeChannel(); // Somebody has replaced the lock file, so other writers lock another one.
      }
    }
    throw busy();
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // The same directory under another path, in this process.
    }
  }

  private FileChannel open() throws IOException {
    FileChannel opened = channel;
    if (opened == null || !opened.isOpen()) {
      Object before = inodeOfPath();
      opened =
          FileChannel.open(
              directory.resolve(NAME),
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      channel = opened;
      Object after = inodeOfPath();
      // A file that is new, or was replaced meanwhile, is opened once more to be sure of its inode.
      inode = before != null && before.equals(after) ? after : UNKNOWN;
    }
    return opened;
  }

  private boolean isOfPath() throws IOException {
    try {
      return Objects.equals(inode, inodeOfPath());
    } catch (IOException e) {
      closeChannel(); // Else the lock would stay.
      throw e;
    }
  }

  private @Nullable Object inodeOfPath() throws IOException {
    try {
      return Files.readAttributes(directory.resolve(NAME), BasicFileAttributes.class).fileKey();
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private void closeChannel() throws IOException {
    FileChannel opened = channel;
    channel = null;
    if (opened != null) {
      opened.close();
    }
  }

  private static StoreException busy() {
    return new StoreException("another process holds the lock of the directory", null);
  }
}
