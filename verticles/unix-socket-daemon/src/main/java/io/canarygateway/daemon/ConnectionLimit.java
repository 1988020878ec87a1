package io.canarygateway.daemon;

import io.canarygateway.config.FileLimit;

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

  /** Those on their way included. */
  int most() {
    return connections + onTheirWay;
  }

  static ConnectionLimit of(FileLimit process) {
    long connections =
        Math.min(
            MOST, Math.min(process.heapBytes() / HEAP_PER_CONNECTION, process.daemonConnections()));
    return new ConnectionLimit((int) connections, (int) connections / 2);
  }
}
