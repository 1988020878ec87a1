package io.canarygateway.config;

import io.canarygateway.decision.BreakerLimits;
import io.canarygateway.decision.ErrorStatuses;
import io.canarygateway.decision.Strategy;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the decision about a request; dynamic.
 *
 * @param canaryEnabled whether any request goes to canary
 * @param xCanary the clients whose {@code X-Canary} counts
 * @param mainTarget the URLs of the old service; null for a route that only redirects, and for the
 *     top level if it is no route
 * @param mainHeaderHost the {@code Host} header that main gets, or empty for the target's own
 * @param canaryTarget the URLs of the new service; null as {@code mainTarget}
 * @param canaryHeaderHost the {@code Host} header that canary gets, or empty for the target's own
 * @param strategy the strategy in force
 * @param explicitStrategy whether the strategy was set; otherwise it is derived from other settings
 * @param sidecarUrl the URL of the sidecar, or null
 * @param sidecarAddress the event-bus address of a sidecar verticle, or empty
 * @param mainSidecarStatus the sidecar's status for main, 100 to 599
 * @param canarySidecarStatus the sidecar's status for canary, 100 to 599
 * @param sidecarBody the part of a body that the sidecar gets
 * @param sidecarMaxBody the most bytes of one body that are buffered for the sidecar
 * @param trimPrefix the text that is removed from the front of request paths, or empty
 * @param breakerLimits the circuit breaker's limits
 * @param errorStatuses the statuses of canary that count as errors
 * @param breakerWindow the time for which an event counts; zero if it counts for ever
 * @param breakerGeneration a new text starts the breaker's counts anew
 * @param trustedProxies the addresses whose {@code X-Canary} and forwarding headers count; null
 *     means every address
 * @param maxRequestsInFlight requests beyond this number are refused; 0 means no limit
 * @param healthCheck the health checks of main and canary; empty for none
 */
public record RoutingConfig(
    boolean canaryEnabled,
    XCanary xCanary,
    @Nullable TargetUrls mainTarget,
    String mainHeaderHost,
    @Nullable TargetUrls canaryTarget,
    String canaryHeaderHost,
    Strategy strategy,
    boolean explicitStrategy,
    @Nullable HttpUrl sidecarUrl,
    String sidecarAddress,
    int mainSidecarStatus,
    int canarySidecarStatus,
    SidecarBody sidecarBody,
    int sidecarMaxBody,
    String trimPrefix,
    BreakerLimits breakerLimits,
    ErrorStatuses errorStatuses,
    Duration breakerWindow,
    String breakerGeneration,
    @Nullable List<Cidr> trustedProxies,
    long maxRequestsInFlight,
    Optional<HealthCheckConfig> healthCheck) {

  static RoutingConfig of(FlagValues values) {
    HttpUrl sidecarUrl = values.get(Settings.SIDECAR_URL);
    String sidecarAddress = values.required(Settings.SIDECAR_ADDRESS);
    Strategy set = values.get(Settings.STRATEGY);
    Strategy derived =
        sidecarUrl != null || !sidecarAddress.isEmpty()
            ? Strategy.SIDECAR
            : hasRollout(values) ? Strategy.ROLLOUT : Strategy.MAIN;
    return new RoutingConfig(
        values.required(CanarySettings.CANARY_ENABLED),
        values.required(CanarySettings.X_CANARY),
        values.get(Settings.MAIN_TARGET),
        values.required(Settings.MAIN_HEADER_HOST),
        values.get(Settings.CANARY_TARGET),
        values.required(Settings.CANARY_HEADER_HOST),
        set == null ? derived : set,
        set != null,
        sidecarUrl,
        sidecarAddress,
        values.required(Settings.MAIN_SIDECAR_STATUS).intValue(),
        values.required(Settings.CANARY_SIDECAR_STATUS).intValue(),
        values.required(Settings.SIDECAR_BODY),
        values.required(Settings.SIDECAR_MAX_BODY).intValue(),
        values.required(Settings.TRIM_PREFIX),
        new BreakerLimits(
            values.required(CanarySettings.REQUEST_LIMIT),
            values.required(CanarySettings.ERROR_LIMIT)),
        values.required(CanarySettings.ERROR_STATUSES),
        values.required(CanarySettings.WINDOW),
        values.required(CanarySettings.GENERATION),
        values.get(Settings.TRUSTED_PROXIES),
        values.required(Settings.MAX_REQUESTS_IN_FLIGHT),
        HealthCheckConfig.of(values));
  }

  /**
   * Whether any setting configures a rollout; a release sets one. Without one, everything goes to
   * main and clients get no cookie, as with canary-router.
   */
  private static boolean hasRollout(FlagValues values) {
    return values.get(DaemonSettings.SOCKET) != null
        || values.get(SourceSettings.DYNAMODB_TABLE) != null
        || !values.required(ReleaseSettings.VERSION).isEmpty()
        || values.texts().keySet().stream().anyMatch(name -> name.startsWith("rollout."));
  }

  /**
   * Decides whether a client's {@code X-Canary} counts.
   *
   * @param trusted the result of {@link #trusts} for the client
   * @return whether the header counts
   */
  public boolean honoursXCanary(boolean trusted) {
    return switch (xCanary) {
      case ALL -> trusted;
      case TRUSTED -> trusted && trustedProxies != null;
      case OFF -> false;
    };
  }

  /**
   * Decides whether forwarding headers and {@code X-Canary} of a client count.
   *
   * @param client the client's address, or null if it has none, as on a Unix socket
   * @return whether the headers count
   */
  public boolean trusts(@Nullable InetAddress client) {
    return trustedProxies == null
        || client != null && trustedProxies.stream().anyMatch(range -> range.contains(client));
  }
}
