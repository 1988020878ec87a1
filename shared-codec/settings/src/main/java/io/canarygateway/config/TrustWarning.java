package io.canarygateway.config;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.Optional;

/**
 * Finds a listener that strangers can reach while every client's headers are believed. That is how
 * canary-router behaves, so it is a warning only. Stateless.
 */
public final class TrustWarning {

  private TrustWarning() {}

  /**
   * Looks at the settings.
   *
   * @param values valid one by one
   * @return the warning, which names the keys and what to set; empty if there is nothing to warn of
   */
  public static Optional<String> of(FlagValues values) {
    boolean proxy = GatewayConfig.verticlesOf(values).contains(VerticleName.PROXY);
    String host = ServerConfig.of(values).host();
    if (!proxy || values.get(Settings.TRUSTED_PROXIES) != null || isLoopback(host)) {
      return Optional.empty();
    }
    return Optional.of(
        "trusted-proxies is not set, and router-server.host is "
            + host
            + ": X-Canary, the assignment header, X-Forwarded-*, Forwarded and X-Real-IP of every"
            + " client count. Set trusted-proxies to the addresses of your proxies, or to [] if"
            + " there are none.");
  }

  /** A name is not looked up, so only {@code localhost} is known to be loopback. */
  private static boolean isLoopback(String host) {
    InetAddress address = NetUtil.createInetAddressFromIpAddressString(host);
    return address == null ? host.equalsIgnoreCase("localhost") : address.isLoopbackAddress();
  }
}
