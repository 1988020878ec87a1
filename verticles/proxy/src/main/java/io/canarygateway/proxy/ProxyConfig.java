package io.canarygateway.proxy;

import io.canarygateway.config.FileLimit;
import io.canarygateway.config.GatewayConfig;
import io.canarygateway.config.ServerConfig;
import io.canarygateway.config.VerticleName;
import io.canarygateway.http.HeadLimits;
import io.canarygateway.http.ServerLimits;

/**
 * What the proxy is started with.
 *
 * @param server where clients come in
 * @param instances how many proxies share the port, one per event loop; at least 1
 * @param maxConnections connections of clients at most, over all instances; at least 1
 * @param maxSockets connections of clients and to main and canary at most; at least 1
 * @param sidecarWithin whether this process has a sidecar client, so that no other is asked
 * @param version the {@code version} label of canary-router's metrics
 */
public record ProxyConfig(
    ServerConfig server,
    int instances,
    int maxConnections,
    int maxSockets,
    boolean sidecarWithin,
    String version) {

  /**
   * The proxy's part of the settings.
   *
   * @param files what the process may open
   */
  public static ProxyConfig of(
      GatewayConfig config, int instances, FileLimit files, String version) {
    ServerConfig server = config.server();
    boolean daemon = config.daemon().enabled() && config.verticles().contains(VerticleName.DAEMON);
    return new ProxyConfig(
        server,
        instances,
        server.maxConnections() > 0 ? server.maxConnections() : files.clients(daemon),
        files.sockets(daemon),
        config.verticles().contains(VerticleName.SIDECAR_CLIENT),
        version);
  }

  ServerLimits limits() {
    return new ServerLimits(
        new HeadLimits(server.maxHeadBytes(), server.maxHeaders()),
        server.readTimeout(),
        server.idleTimeout(),
        server.writeTimeout());
  }
}
