package io.canarygateway.proxy;

import io.canarygateway.config.ServerConfig;

/**
 * What the proxy is started with.
 *
 * @param server where clients come in
 * @param instances how many proxies share the port, one per event loop; at least 1
 * @param version the {@code version} label of canary-router's metrics
 */
public record ProxyConfig(ServerConfig server, int instances, String version) {}
