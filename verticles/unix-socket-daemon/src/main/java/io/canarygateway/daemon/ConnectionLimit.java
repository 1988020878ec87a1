package io.canarygateway.daemon;

import io.canarygateway.config.FileLimit;

/**
 * The limits on the daemon's connections, which leave enough open files and heap for the rest of
 * the process.
 *
 * @param connections the number of open connections; each further one replaces the connection that
 *     has been silent for the longest time
 * @param pending the number of connections beyond it that may wait for their event loop
 */
record ConnectionLimit(int connections, int pending) {

  private static final long MOST = 50_000;

  /** A connection takes 2 KB, so all of them take a quarter of the heap at most. */
  private static final long HEAP_PER_CONNECTION = 8_192;

  /** The limit on all open connections, the pending ones included. */
  int total() {
    return connections + pending;
  }

  /** The limits that a process allows: 50,000 connections at most. */
  static ConnectionLimit of(FileLimit process) {
    long connections =
        Math.min(
            MOST, Math.min(process.heapBytes() / HEAP_PER_CONNECTION, process.daemonConnections()));
    return new ConnectionLimit((int) connections, (int) connections / 2);
  }
}
