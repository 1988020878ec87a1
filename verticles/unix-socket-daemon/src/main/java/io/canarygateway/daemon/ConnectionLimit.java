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

  /** The part of the usual limit that is left in what the proxy keeps for the unexpected. */
  private static final int LATECOMERS_PART = 8;

  /** The limit on all open connections, the pending ones included. */
  int total() {
    return connections + pending;
  }

  /**
   * The limits of a process that began without a daemon, so that the proxy has the daemon's part of
   * the files.
   */
  static ConnectionLimit ofLatecomer(FileLimit process) {
    ConnectionLimit planned = of(process);
    int connections = Math.max(1, planned.connections() / LATECOMERS_PART);
    return new ConnectionLimit(connections, Math.max(1, connections / 2));
  }

  /** The limits that a process allows: 50,000 connections at most. */
  static ConnectionLimit of(FileLimit process) {
    long connections =
        Math.min(
            MOST, Math.min(process.heapBytes() / HEAP_PER_CONNECTION, process.daemonConnections()));
    return new ConnectionLimit((int) connections, (int) connections / 2);
  }
}
