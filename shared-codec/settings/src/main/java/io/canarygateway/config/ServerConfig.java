package io.canarygateway.config;

import io.canarygateway.flags.Problem;
import io.canarygateway.tls.ServerTls;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

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
 * @param h2c whether clients may speak HTTP/2 without TLS
 * @param http2 whether HTTP/2 is offered to clients that speak TLS
 * @param proxyProtocol whether each connection has to begin with a PROXY header
 * @param tls how clients are served by TLS; empty if they are not
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
    int maxConnections,
    boolean h2c,
    boolean http2,
    boolean proxyProtocol,
    Optional<ServerTls> tls) {

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
        values.required(ServerSettings.MAX_CONNECTIONS).intValue(),
        values.required(ServerSettings.H2C),
        values.required(ServerSettings.HTTP2),
        values.required(ServerSettings.PROXY_PROTOCOL),
        ServerSettings.TLS.read(values));
  }

  /**
   * Checks the files of the TLS sections of all listeners; blocks.
   *
   * @param values values that {@link GatewayConfig#of} accepts
   * @throws ConfigException with every fault
   */
  public static void checkFiles(FlagValues values) throws ConfigException {
    List<Problem> problems =
        ServerSettings.ALL_TLS.stream()
            .flatMap(section -> section.checkFiles(values).stream())
            .toList();
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }
}
