package io.canarygateway.http;

import io.canarygateway.tls.ClientTls;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * An upstream's servers and all settings of connections to them. Targets with equal settings are
 * interchangeable. Immutable.
 *
 * @param tls whether to use TLS
 * @param servers the servers; at least one
 * @param insecureSkipVerify whether any certificate is accepted
 * @param timeout how long connecting, a pause in sending, and the wait for a response head may each
 *     take
 * @param wholeCall whether the timeout holds for the whole call, response included, instead
 * @param quiet how long a response may pause
 * @param idleTimeout how long an idle connection is kept
 * @param maxIdle the largest number of idle connections of one event loop; 0 keeps none
 * @param maxConns the largest number of connections of one event loop; at least 1. Each address has
 *     an equal part of it and of {@code maxIdle}, and may have at least one connection.
 * @param healthCheck the health checks; empty for none
 * @param clientTls how servers are trusted and what they get, if {@code tls} is set
 * @param http2 whether HTTP/2 is used
 */
public record TargetSettings(
    boolean tls,
    List<Server> servers,
    boolean insecureSkipVerify,
    Duration timeout,
    boolean wholeCall,
    Duration quiet,
    Duration idleTimeout,
    int maxIdle,
    int maxConns,
    Optional<HealthCheck> healthCheck,
    ClientTls clientTls,
    Http2Mode http2) {

  /** Copies the list. */
  public TargetSettings {
    servers = List.copyOf(servers);
  }

  /**
   * Settings of HTTP/1.1 with what the JVM trusts, and without a certificate of the gateway's own.
   */
  public TargetSettings(
      boolean tls,
      List<Server> servers,
      boolean insecureSkipVerify,
      Duration timeout,
      boolean wholeCall,
      Duration quiet,
      Duration idleTimeout,
      int maxIdle,
      int maxConns,
      Optional<HealthCheck> healthCheck) {
    this(
        tls,
        servers,
        insecureSkipVerify,
        timeout,
        wholeCall,
        quiet,
        idleTimeout,
        maxIdle,
        maxConns,
        healthCheck,
        ClientTls.NONE,
        Http2Mode.OFF);
  }

  /** The same settings with another protocol. */
  public TargetSettings with(Http2Mode newHttp2) {
    return new TargetSettings(
        tls,
        servers,
        insecureSkipVerify,
        timeout,
        wholeCall,
        quiet,
        idleTimeout,
        maxIdle,
        maxConns,
        healthCheck,
        clientTls,
        newHttp2);
  }

  /** Whether a connection may be one of HTTP/2. */
  boolean mayUseHttp2() {
    return http2 == Http2Mode.ON || http2 == Http2Mode.AUTO && tls;
  }

  /** The first server's host and port, for messages and logs. */
  String name() {
    return servers.get(0).authority();
  }
}
