package io.canarygateway.proxy;

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
 * @param sidecarWithin whether this process has a sidecar client, so that no other is asked
 * @param version the {@code version} label of canary-router's metrics
 */
public record ProxyConfig(
    ServerConfig server, int instances, int maxConnections, boolean sidecarWithin, String version) {

  /**
   * The proxy's part of the settings.
   *
   * @param defaultMaxConnections what counts if the settings name no limit of connections
   */
  public static ProxyConfig of(
      GatewayConfig config, int instances, int defaultMaxConnections, String version) {
    ServerConfig server = config.server();
    return new ProxyConfig(
        server,
        instances,
        server.maxConnections() > 0 ? server.maxConnections() : defaultMaxConnections,
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
