package io.canarygateway.config;

import java.time.Duration;

/**
 * Where clients come in, and how long they may take. The timeouts are canary-router's keys; unlike
 * there, those for bodies limit a pause, not the whole transfer, so that long transfers are
 * possible.
 *
 * @param host the address to bind
 * @param port the port to bind; 0 takes a free one
 * @param readTimeout for a connection's first request head, and between two parts of a body
 * @param writeTimeout how long a client may leave a response unread
 * @param idleTimeout how long a connection may wait for its next request
 * @param drainTimeout how long requests in flight may take when the process stops
 * @param maxHeaders header lines that a request may have, 1 to 1,000
 * @param maxHeadBytes bytes that a request's line and headers may have together, 1 KiB to 1 MiB
 * @param maxConnections open connections of clients; 0 if it is to be derived from the open-files
 *     limit and the heap
 */
public record ServerConfig(
    String host,
    int port,
    Duration readTimeout,
    Duration writeTimeout,
    Duration idleTimeout,
    Duration drainTimeout,
    int maxHeaders,
    int maxHeadBytes,
    int maxConnections) {

  static ServerConfig of(FlagValues values) {
    return new ServerConfig(
        Settings.orEveryAddress(values.get(ServerSettings.HOST)),
        values.get(ServerSettings.PORT).intValue(),
        Settings.orLongest(values.get(ServerSettings.READ_TIMEOUT)),
        Settings.orLongest(values.get(ServerSettings.WRITE_TIMEOUT)),
        Settings.orLongest(values.get(ServerSettings.IDLE_TIMEOUT)),
        values.get(ServerSettings.DRAIN_TIMEOUT),
        values.get(ServerSettings.MAX_HEADERS).intValue(),
        values.get(ServerSettings.MAX_HEAD_BYTES).intValue(),
        values.get(ServerSettings.MAX_CONNECTIONS).intValue());
  }
}
