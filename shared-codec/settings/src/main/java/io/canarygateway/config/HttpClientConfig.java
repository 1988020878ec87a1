package io.canarygateway.config;

import io.canarygateway.tls.ClientTls;
import java.time.Duration;

/**
 * The settings of the connections to one kind of server; dynamic.
 *
 * @param timeout the longest wait for a connection, and from a request's end to the response's head
 * @param maxIdleConns the most idle connections that are kept, over all event loops; 0 keeps as
 *     many as {@code maxConns}
 * @param maxConns the most connections, over all event loops
 * @param idleConnTimeout the time after which an idle connection is closed
 * @param disableCompression whether the gateway does not ask for gzip on behalf of clients
 * @param insecureSkipVerify whether any certificate is accepted
 * @param tls how servers are trusted and what they get, if they are called by https
 * @param http2 whether requests go by HTTP/2
 */
public record HttpClientConfig(
    Duration timeout,
    int maxIdleConns,
    int maxConns,
    Duration idleConnTimeout,
    boolean disableCompression,
    boolean insecureSkipVerify,
    ClientTls tls,
    UpstreamHttp2 http2) {

  /** The settings of the connections to main and canary. */
  static HttpClientConfig ofUpstreams(FlagValues values) {
    return of(values, Settings.MAIN_AND_CANARY, values.required(Settings.UPSTREAM_HTTP2));
  }

  /** The settings of the connections to the sidecar. */
  static HttpClientConfig ofSidecar(FlagValues values) {
    return of(values, Settings.TO_SIDECAR, UpstreamHttp2.OFF);
  }

  private static HttpClientConfig of(FlagValues values, ClientFlags flags, UpstreamHttp2 http2) {
    return new HttpClientConfig(
        Settings.orLongest(values.required(flags.timeout())),
        values.required(flags.maxIdleConns()).intValue(),
        values.required(flags.maxConns()).intValue(),
        Settings.orLongest(values.required(flags.idleConnTimeout())),
        values.required(flags.disableCompression()),
        values.required(flags.insecureSkipVerify()),
        flags.tls(values),
        http2);
  }

  /**
   * Divides the connections among event loops. Each gets at least one.
   *
   * @param eventLoops the number of event loops
   * @return the settings of one event loop
   */
  public HttpClientConfig share(int eventLoops) {
    int conns = share(maxConns, eventLoops);
    return new HttpClientConfig(
        timeout,
        maxIdleConns == 0 ? conns : share(maxIdleConns, eventLoops),
        conns,
        idleConnTimeout,
        disableCompression,
        insecureSkipVerify,
        tls,
        http2);
  }

  private static int share(int total, int eventLoops) {
    return (total + eventLoops - 1) / eventLoops;
  }
}
