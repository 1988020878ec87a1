package io.canarygateway.http;

import java.time.Duration;

/**
 * A server and the way to talk to it: what makes two pools the same pool.
 *
 * @param tls whether to speak TLS
 * @param host a name or an address without brackets
 * @param port 1 to 65535
 * @param insecureSkipVerify whether any certificate is accepted
 * @param timeout for a connection to be had, for the server to take what is sent, and from a
 *     request's end to its response's head
 * @param wholeCall whether the timeout holds for all of a call together, its response included
 * @param quiet how long a response may make no progress
 * @param idleTimeout how long an idle connection is kept
 * @param maxIdle idle connections kept by one event loop; at least 1
 * @param maxConns connections of one event loop at most; at least 1
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

  /** The server in messages and logs. */
  String name() {
    return host + ":" + port;
  }
}
