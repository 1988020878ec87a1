package io.canarygateway.http;

import java.util.List;
import java.util.Optional;

/**
 * The addresses of one upstream at one moment. Immutable.
 *
 * @param all all addresses
 * @param usable the addresses that get requests; all of them if none is up
 * @param ejected the number of addresses that failed too often in a row
 * @param unhealthy the number of addresses that fail their health checks
 * @param failure the reason why no address is known; empty if one is known or the first lookup has
 *     not ended
 */
public record EndpointView(
    List<Endpoint> all,
    List<Endpoint> usable,
    int ejected,
    int unhealthy,
    Optional<String> failure) {

  /** Copies the lists. */
  public EndpointView {
    all = List.copyOf(all);
    usable = List.copyOf(usable);
  }

  /** One address, which always gets requests. */
  static EndpointView only(Endpoint endpoint) {
    return new EndpointView(List.of(endpoint), List.of(endpoint), 0, 0, Optional.empty());
  }

  /** {@return the number of addresses that are neither ejected nor unhealthy} */
  public int up() {
    return all.size() - ejected - unhealthy;
  }
}
