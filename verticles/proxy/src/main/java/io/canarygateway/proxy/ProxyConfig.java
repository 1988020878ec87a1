package io.canarygateway.proxy;

import io.canarygateway.config.FileLimit;
import io.canarygateway.config.GatewayConfig;
import io.canarygateway.config.ServerConfig;
import io.canarygateway.config.VerticleName;
import io.canarygateway.http.HeadLimits;
import io.canarygateway.http.ServerLimits;
import io.canarygateway.http.ServerProtocols;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The static settings of the proxy. Immutable.
 *
 * @param server the address that clients connect to, and the limits for them
 * @param instances the number of proxies, one for each event loop; at least 1
 * @param maxConnections the largest number of client connections over all instances; at least 1
 * @param maxSockets the largest number of connections to clients, main and canary; at least 1
 * @param sidecarWithin whether this process has a sidecar client, so that it asks no other one
 * @param accessLogFile the file that the access log is appended to; empty for stdout
 * @param version the label {@code version} of canary-router's metrics
 */
public record ProxyConfig(
    ServerConfig server,
    int instances,
    int maxConnections,
    int maxSockets,
    boolean sidecarWithin,
    Optional<Path> accessLogFile,
    String version) {

  /**
   * Takes the proxy's part of the settings.
   *
   * @param files the number of files that the process may open
   */
  public static ProxyConfig of(
      GatewayConfig config, int instances, FileLimit files, String version) {
    ServerConfig server = config.server();
    boolean daemon = config.hasDaemon();
    return new ProxyConfig(
        server,
        instances,
        server.maxConnections() > 0 ? server.maxConnections() : files.clients(daemon),
        files.sockets(daemon),
        config.verticles().contains(VerticleName.SIDECAR_CLIENT),
        config.accessLog().file(),
        version);
  }

  ServerProtocols protocols(Optional<ListenerTls> tls) {
    return new ServerProtocols(server.h2c(), server.proxyProtocol(), tls.map(ListenerTls::context));
  }

  ServerLimits limits() {
    return new ServerLimits(
        new HeadLimits(server.maxHeadBytes(), server.maxHeaders()),
        server.readTimeout(),
        server.idleTimeout(),
        server.writeTimeout());
  }
}
