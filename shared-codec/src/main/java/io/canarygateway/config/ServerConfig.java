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
 */
public record ServerConfig(
    String host,
    int port,
    Duration readTimeout,
    Duration writeTimeout,
    Duration idleTimeout,
    Duration drainTimeout) {

  static ServerConfig of(FlagValues values) {
    return new ServerConfig(
        Settings.orEveryAddress(values.get(Settings.SERVER_HOST)),
        values.get(Settings.SERVER_PORT).intValue(),
        Settings.orLongest(values.get(Settings.READ_TIMEOUT)),
        Settings.orLongest(values.get(Settings.WRITE_TIMEOUT)),
        Settings.orLongest(values.get(Settings.IDLE_TIMEOUT)),
        values.get(Settings.DRAIN_TIMEOUT));
  }
}
