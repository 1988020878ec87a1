package io.canarygateway.daemon;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * How many clients the daemon may have, so that all else in the process keeps what it needs.
 *
 * @param connections at most
 * @param onTheirWay beyond them, who has been accepted and waits for another event loop
 */
record ConnectionLimit(int connections, int onTheirWay) {

  private static final long MOST = 50_000;

  /** A connection takes 2 KB: all of them together no more than a quarter of the heap. */
  private static final long HEAP_PER_CONNECTION = 8_192;

  /**
   * Of the files that the process may have open, what is left for all else and who is on his way.
   */
  private static final long OTHER_FILES = 1_536;

  /** Or, with few files, which share of them is the connections'. */
  private static final long SHARE_OF_FILES = 4;

  static ConnectionLimit ofThisProcess() {
    return of(Runtime.getRuntime().maxMemory(), files());
  }

  static ConnectionLimit of(long heapBytes, long files) {
    long byFiles = Math.max(files / SHARE_OF_FILES, files - OTHER_FILES);
    long connections = Math.min(MOST, Math.min(heapBytes / HEAP_PER_CONNECTION, byFiles));
    long onTheirWay = Math.min(connections / 2, (files - connections) / 3);
    return new ConnectionLimit((int) connections, (int) onTheirWay);
  }

  private static long files() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getMaxFileDescriptorCount()
        : Long.MAX_VALUE;
  }
}
