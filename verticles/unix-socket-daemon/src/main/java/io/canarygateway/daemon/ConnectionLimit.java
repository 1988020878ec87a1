package io.canarygateway.daemon;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * How many clients the daemon may have, so that all else in the process keeps what it needs.
 *
 * @param connections beyond them, one that has been quiet for long is pushed out for each new one
 * @param onTheirWay how many more may be accepted at a time, and be on their way from one event
 *     loop to the other
 */
record ConnectionLimit(int connections, int onTheirWay) {

  private static final long MOST = 50_000;

  /** A connection takes 2 KB: all of them together no more than a quarter of the heap. */
  private static final long HEAP_PER_CONNECTION = 8_192;

  /** Of the files that the process may have open: what the connections leave. */
  private static final long OTHER_FILES = 1_536;

  /** With few files, the connections' share of them. */
  private static final long SHARE_OF_FILES = 4;

  /** Those on their way may take one part in so many of what is left. */
  private static final long PARTS = 5;

  /** Those on their way included. */
  int most() {
    return connections + onTheirWay;
  }

  static ConnectionLimit ofThisProcess() {
    return of(Runtime.getRuntime().maxMemory(), files());
  }

  static ConnectionLimit of(long heapBytes, long files) {
    long byFiles = Math.max(files / SHARE_OF_FILES, files - OTHER_FILES);
    long connections = Math.min(MOST, Math.min(heapBytes / HEAP_PER_CONNECTION, byFiles));
    long onTheirWay = Math.min(connections / 2, (files - connections) / PARTS);
    return new ConnectionLimit((int) connections, (int) onTheirWay);
  }

  private static long files() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getMaxFileDescriptorCount()
        : Long.MAX_VALUE;
  }
}
