package io.canarygateway.config;

import io.canarygateway.decision.BreakerLimits;
import io.canarygateway.decision.ErrorStatuses;
import io.canarygateway.decision.Strategy;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/**
 * What decides about a request; all of it dynamic.
 *
 * @param canaryEnabled whether anything goes to canary at all
 * @param xCanary whose {@code X-Canary} is honoured
 * @param mainTarget the old service
 * @param mainHeaderHost the Host header sent to main, or empty for the target's own
 * @param canaryTarget the new service
 * @param canaryHeaderHost the Host header sent to canary, or empty for the target's own
 * @param strategy who decides after {@code X-Canary} and the breaker
 * @param explicitStrategy whether the strategy was set rather than derived
 * @param sidecarUrl the sidecar, or null
 * @param sidecarAddress the event-bus address that is asked instead, or empty
 * @param mainSidecarStatus the sidecar's status for main, 100 to 599
 * @param canarySidecarStatus the sidecar's status for canary, 100 to 599
 * @param sidecarBody what of a body the sidecar sees
 * @param sidecarMaxBody bytes of one body buffered for the sidecar
 * @param trimPrefix cut off the front of request paths, or empty
 * @param breakerLimits the circuit breaker's limits
 * @param errorStatuses which statuses of canary count as errors
 * @param breakerWindow the limits hold for the last so much time; zero if nothing is ever forgotten
 * @param breakerGeneration another one starts the breaker's counts anew
 * @param trustedProxies who may set {@code X-Canary} and forwarding headers; null means everybody
 * @param maxRequestsInFlight beyond it requests are refused; 0 means no limit
 */
public record RoutingConfig(
    boolean canaryEnabled,
    XCanary xCanary,
    HttpUrl mainTarget,
    String mainHeaderHost,
    HttpUrl canaryTarget,
    String canaryHeaderHost,
    Strategy strategy,
    boolean explicitStrategy,
    HttpUrl sidecarUrl,
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
    List<Cidr> trustedProxies,
    long maxRequestsInFlight) {

  static RoutingConfig of(FlagValues values) {
    HttpUrl sidecarUrl = values.get(Settings.SIDECAR_URL);
    String sidecarAddress = values.get(Settings.SIDECAR_ADDRESS);
    Strategy set = values.get(Settings.STRATEGY);
    Strategy derived =
        sidecarUrl != null || !sidecarAddress.isEmpty()
            ? Strategy.SIDECAR
            : hasRollout(values) ? Strategy.ROLLOUT : Strategy.MAIN;
    return new RoutingConfig(
        values.get(CanarySettings.CANARY_ENABLED),
        values.get(CanarySettings.X_CANARY),
        values.get(Settings.MAIN_TARGET),
        values.get(Settings.MAIN_HEADER_HOST),
        values.get(Settings.CANARY_TARGET),
        values.get(Settings.CANARY_HEADER_HOST),
        set == null ? derived : set,
        set != null,
        sidecarUrl,
        sidecarAddress,
        values.get(Settings.MAIN_SIDECAR_STATUS).intValue(),
        values.get(Settings.CANARY_SIDECAR_STATUS).intValue(),
        values.get(Settings.SIDECAR_BODY),
        values.get(Settings.SIDECAR_MAX_BODY).intValue(),
        values.get(Settings.TRIM_PREFIX),
        new BreakerLimits(
            values.get(CanarySettings.REQUEST_LIMIT), values.get(CanarySettings.ERROR_LIMIT)),
        values.get(CanarySettings.ERROR_STATUSES),
        values.get(CanarySettings.WINDOW),
        values.get(CanarySettings.GENERATION),
        values.get(Settings.TRUSTED_PROXIES),
        values.get(Settings.MAX_REQUESTS_IN_FLIGHT));
  }

  /**
   * Whether anything is said of a rollout. Without a word of it there is none: everything goes to
   * main, and clients get no cookie, as with canary-router.
   */
  private static boolean hasRollout(FlagValues values) {
    return values.get(Settings.DAEMON_SOCKET) != null
        || values.get(SourceSettings.DYNAMODB_TABLE) != null
        || values.texts().keySet().stream().anyMatch(name -> name.startsWith("rollout."));
  }

  /**
   * Whether a peer's {@code X-Canary} is honoured.
   *
   * @param trusted whether {@link #trusts} says so of the peer
   */
  public boolean honoursXCanary(boolean trusted) {
    return switch (xCanary) {
      case ALL -> trusted;
      case TRUSTED -> trusted && trustedProxies != null;
      case OFF -> false;
    };
  }

  /** Whether forwarding headers and {@code X-Canary} of a peer are believed. */
  public boolean trusts(InetAddress peer) {
    return trustedProxies == null
        || peer != null && trustedProxies.stream().anyMatch(range -> range.contains(peer));
  }
}
