package io.canarygateway.config;

import java.time.Duration;

/**
 * Connections to one kind of server; all of it dynamic.
 *
 * @param timeout for a connection to be had, and from a request's end to the response's head
 * @param maxIdleConns idle connections kept, over all event loops; 0 is no limit of its own
 * @param maxConns connections at most, over all event loops
 * @param idleConnTimeout how long an idle connection is kept
 * @param disableCompression whether gzip is not asked for on behalf of clients
 * @param insecureSkipVerify whether any certificate is accepted
 */
public record HttpClientConfig(
    Duration timeout,
    int maxIdleConns,
    int maxConns,
    Duration idleConnTimeout,
    boolean disableCompression,
    boolean insecureSkipVerify) {

  static HttpClientConfig of(FlagValues values, ClientFlags flags) {
    return new HttpClientConfig(
        Settings.orLongest(values.get(flags.timeout())),
        values.get(flags.maxIdleConns()).intValue(),
        values.get(flags.maxConns()).intValue(),
        Settings.orLongest(values.get(flags.idleConnTimeout())),
        values.get(flags.disableCompression()),
        values.get(flags.insecureSkipVerify()));
  }

  /**
   * The part of one event loop; each gets at least one connection.
   *
   * @param eventLoops how many share the connections
   */
  public HttpClientConfig share(int eventLoops) {
    int conns = share(maxConns, eventLoops);
    return new HttpClientConfig(
        timeout,
        maxIdleConns == 0 ? conns : share(maxIdleConns, eventLoops),
        conns,
        idleConnTimeout,
        disableCompression,
        insecureSkipVerify);
  }

  private static int share(int total, int eventLoops) {
    return (total + eventLoops - 1) / eventLoops;
  }
}
