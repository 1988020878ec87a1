package io.canarygateway.client;

import io.canarygateway.config.HttpClientConfig;
import io.canarygateway.config.HttpUrl;
import java.time.Duration;

/**
 * A server and the way to talk to it: what makes two pools the same pool.
 *
 * @param tls whether to speak TLS
 * @param host the host without brackets
 * @param port 1 to 65535
 * @param insecureSkipVerify whether any certificate is accepted
 * @param connectTimeout how long connecting may take
 * @param maxIdle idle connections kept by this event loop; at least 1
 * @param maxConns connections of this event loop at most; at least 1
 * @param idleTimeout how long an idle connection is kept
 * @param lastResort after how long without a byte in or out a connection is closed, whatever it
 *     does
 */
public record Endpoint(
    boolean tls,
    String host,
    int port,
    boolean insecureSkipVerify,
    Duration connectTimeout,
    int maxIdle,
    int maxConns,
    Duration idleTimeout,
    Duration lastResort) {

  /**
   * One event loop's share of the connections to a server.
   *
   * @param url the server
   * @param client the limits over all event loops
   * @param quiet how long a response may make no progress
   * @param eventLoops how many share the limits; each gets at least one connection
   */
  public static Endpoint of(HttpUrl url, HttpClientConfig client, Duration quiet, int eventLoops) {
    int maxConns = share(client.maxConns(), eventLoops);
    return new Endpoint(
        url.tls(),
        url.host(),
        url.port(),
        client.insecureSkipVerify(),
        client.timeout(),
        client.maxIdleConns() == 0 ? maxConns : share(client.maxIdleConns(), eventLoops),
        maxConns,
        client.idleConnTimeout(),
        quiet.plus(client.timeout()));
  }

  private static int share(int total, int eventLoops) {
    return (total + eventLoops - 1) / eventLoops;
  }
}
