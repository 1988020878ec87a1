package io.canarygateway.config;

import java.time.Duration;

/**
 * The listener of clients, and the time that clients may take; static.
 *
 * <p>The timeouts are canary-router's keys. In canary-router those for bodies limit the whole
 * transfer; here they limit a pause, so that long transfers are possible.
 *
 * @param host the address to bind
 * @param port the port to bind; 0 takes a free one
 * @param readTimeout the longest time for a connection's first request head, and for a pause in a
 *     body
 * @param writeTimeout the longest time for which a client may not read its response
 * @param idleTimeout the longest time that a connection waits for its next request
 * @param drainTimeout the time for requests in flight when the process stops
 * @param maxHeaders the most header lines of a request, 1 to 1,000
 * @param maxHeadBytes the most bytes of a request's line and headers together, 1 KiB to 1 MiB
 * @param maxConnections the most client connections; 0 derives the number from the open-files limit
 *     and the heap
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
        Settings.orEveryAddress(values.required(ServerSettings.HOST)),
        values.required(ServerSettings.PORT).intValue(),
        Settings.orLongest(values.required(ServerSettings.READ_TIMEOUT)),
        Settings.orLongest(values.required(ServerSettings.WRITE_TIMEOUT)),
        Settings.orLongest(values.required(ServerSettings.IDLE_TIMEOUT)),
        values.required(ServerSettings.DRAIN_TIMEOUT),
        values.required(ServerSettings.MAX_HEADERS).intValue(),
        values.required(ServerSettings.MAX_HEAD_BYTES).intValue(),
        values.required(ServerSettings.MAX_CONNECTIONS).intValue());
  }
}
