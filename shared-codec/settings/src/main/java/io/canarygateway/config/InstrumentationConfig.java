package io.canarygateway.config;

import io.canarygateway.tls.ServerTls;
import java.util.List;
import java.util.Optional;

/**
 * The listener of metrics, health and the API; static but for the two lists.
 *
 * @param host the address to bind
 * @param port the port to bind; 0 takes a free one
 * @param allowedHosts the host names that requests may name, besides loopback names
 * @param corsOrigins the origins of web pages that may read flags by OFREP
 * @param tls how requests are served by TLS; empty if they are not
 */
public record InstrumentationConfig(
    String host,
    int port,
    List<String> allowedHosts,
    List<String> corsOrigins,
    Optional<ServerTls> tls) {

  /**
   * Copies the lists.
   *
   * @param host the address to bind
   * @param port the port to bind
   * @param allowedHosts the host names that requests may name
   * @param corsOrigins the origins of web pages that may read flags
   * @param tls how requests are served by TLS; empty if they are not
   */
  public InstrumentationConfig {
    allowedHosts = List.copyOf(allowedHosts);
    corsOrigins = List.copyOf(corsOrigins);
  }

  static InstrumentationConfig of(FlagValues values) {
    return new InstrumentationConfig(
        Settings.orEveryAddress(values.required(ServerSettings.INSTRUMENTATION_HOST)),
        values.required(ServerSettings.INSTRUMENTATION_PORT).intValue(),
        values.required(AdminSettings.ALLOWED_HOSTS),
        values.required(AdminSettings.CORS_ORIGINS),
        ServerSettings.INSTRUMENTATION_TLS.read(values));
  }
}
