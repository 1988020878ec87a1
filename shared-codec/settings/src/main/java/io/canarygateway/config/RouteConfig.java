package io.canarygateway.config;

import io.canarygateway.decision.Strategy;
import io.canarygateway.route.RouteMatch;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The settings of one route; dynamic. Immutable.
 *
 * @param name the route's name; empty for the default route, which is the top level
 * @param match the requests of the route
 * @param routing the settings of the decision about a request
 * @param upstreamClient the connections to main and canary
 * @param rollout the share of clients that goes to canary
 * @param application the application by which DynamoDB knows the route, and the salt of keys
 * @param daemonSocket the socket of the route's own assignment daemon
 * @param canaryWhen the rules that send a request to canary
 * @param canaryFallback when a request that fails on canary is sent to main
 * @param mirror the copies of requests that are sent to another server
 * @param rateLimit how many requests may pass in a time
 * @param filters the changes to requests and responses
 * @param release the release of a new version of canary
 */
public record RouteConfig(
    String name,
    RouteMatch match,
    RoutingConfig routing,
    HttpClientConfig upstreamClient,
    RolloutConfig rollout,
    String application,
    Optional<Path> daemonSocket,
    List<CanaryRule> canaryWhen,
    Optional<CanaryFallback> canaryFallback,
    Optional<MirrorConfig> mirror,
    Optional<RateLimitConfig> rateLimit,
    RouteFilters filters,
    ReleaseConfig release) {

  /** The name of the default route. */
  public static final String DEFAULT = "";

  /** The default route, which is the top level. */
  static RouteConfig ofTopLevel(FlagValues values) {
    return of(
        DEFAULT,
        RouteMatch.ALL,
        values,
        DaemonConfig.of(values).application(),
        DaemonConfig.of(values).socket());
  }

  /**
   * A route.
   *
   * @param own what the route sets, by the names of the top level
   * @param values what the route sets and what it inherits, by the names of the top level
   */
  static RouteConfig ofRoute(String name, FlagValues own, FlagValues values) {
    String application = values.get(RouteSettings.APPLICATION);
    return of(
        name,
        RouteSettings.value(values, RouteSettings.MATCH).orElse(RouteMatch.ALL),
        values,
        application == null ? name : application,
        Optional.ofNullable(own.get(RouteSettings.DAEMON_SOCKET)).map(Path::of));
  }

  private static RouteConfig of(
      String name,
      RouteMatch match,
      FlagValues values,
      String application,
      Optional<Path> daemonSocket) {
    return new RouteConfig(
        name,
        match,
        RoutingConfig.of(values),
        HttpClientConfig.ofUpstreams(values),
        RolloutConfig.of(values),
        application,
        daemonSocket,
        RouteSettings.value(values, RouteSettings.CANARY_WHEN).orElse(List.of()),
        RouteSettings.value(values, RouteSettings.CANARY_FALLBACK),
        RouteSettings.value(values, RouteSettings.MIRROR),
        RouteSettings.value(values, RouteSettings.RATE_LIMIT),
        RouteFilters.of(values),
        ReleaseConfig.of(values));
  }

  /** {@return whether requests of the route are decided by its rollout} */
  public boolean isDecidedByRollout() {
    return routing.strategy() == Strategy.ROLLOUT && routing.mainTarget() != null;
  }
}
