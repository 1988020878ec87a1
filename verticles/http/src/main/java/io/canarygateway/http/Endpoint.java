package io.canarygateway.http;

import java.time.Duration;

/**
 * An upstream's address and all settings of connections to it. Pools with equal endpoints are
 * interchangeable. Immutable.
 *
 * @param tls whether to use TLS
 * @param host a name, or an address without brackets
 * @param port 1 to 65535
 * @param insecureSkipVerify whether any certificate is accepted
 * @param timeout how long connecting, a pause in sending, and the wait for a response head may each
 *     take
 * @param wholeCall whether the timeout holds for the whole call, response included, instead
 * @param quiet how long a response may pause
 * @param idleTimeout how long an idle connection is kept
 * @param maxIdle the largest number of idle connections of one event loop; at least 1
 * @param maxConns the largest number of connections of one event loop; at least 1
 */
public record Endpoint(
    boolean tls,
    String host,
    int port,
    boolean insecureSkipVerify,
    Duration timeout,
    boolean wholeCall,
    Duration quiet,
    Duration idleTimeout,
    int maxIdle,
    int maxConns) {

  /** The upstream's host and port, for messages and logs. */
  String name() {
    return host + ":" + port;
  }
}
