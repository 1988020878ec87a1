package io.canarygateway.proxy;

import io.canarygateway.config.GatewayConfig;
import io.canarygateway.config.ServerConfig;
import io.canarygateway.config.VerticleName;
import java.time.Duration;

/**
 * What the proxy is started with.
 *
 * @param server where clients come in
 * @param lastResort after how long without a byte in or out any client connection is closed
 * @param instances how many proxies share the port, one per event loop; at least 1
 * @param sidecarWithin whether this process has a sidecar client, so that no other is asked
 * @param version the {@code version} label of canary-router's metrics
 */
public record ProxyConfig(
    ServerConfig server,
    Duration lastResort,
    int instances,
    boolean sidecarWithin,
    String version) {

  /**
   * The proxy's part of the settings. The last resort is longer than anything that a request may
   * legitimately wait for.
   */
  public static ProxyConfig of(GatewayConfig config, int instances, String version) {
    ServerConfig server = config.server();
    Duration lastResort =
        server
            .idleTimeout()
            .plus(config.upstreamClient().timeout())
            .plus(config.sidecarClient().timeout());
    return new ProxyConfig(
        server,
        lastResort,
        instances,
        config.verticles().contains(VerticleName.SIDECAR_CLIENT),
        version);
  }
}
