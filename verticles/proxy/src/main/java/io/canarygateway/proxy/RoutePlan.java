package io.canarygateway.proxy;

import io.canarygateway.config.HttpUrl;
import io.canarygateway.config.RolloutConfig;
import io.canarygateway.config.RouteConfig;
import io.canarygateway.config.RoutingConfig;
import io.canarygateway.config.TargetUrls;
import io.canarygateway.decision.Assigner;
import io.canarygateway.decision.RateBuckets;
import io.canarygateway.decision.Target;
import io.canarygateway.http.ServerStream;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.InterceptorServer;
import io.vertx.core.eventbus.DeliveryOptions;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one route, prepared for one event loop. Immutable.
 *
 * @param config the route's settings
 * @param main the old service; null for a route that only redirects
 * @param canary the new service; null for a route that only redirects
 * @param limit how many requests may pass in a time; null for any number
 * @param fallback when a request that fails on canary is sent to main; null for never
 * @param mirror the service that gets copies of requests; null for none
 * @param release how requests are scored for the route's release; null if they are not
 * @param sidecar how the sidecar is asked
 * @param assigner makes assignments for new clients
 * @param decider the rules that decide
 * @param filters the changes to requests and responses
 * @param meters the route's metrics
 */
record RoutePlan(
    RouteConfig config,
    @Nullable Upstream main,
    @Nullable Upstream canary,
    @Nullable RouteLimit limit,
    @Nullable FallbackPlan fallback,
    @Nullable MirrorPlan mirror,
    @Nullable ReleasePlan release,
    Sidecar sidecar,
    Assigner assigner,
    Decider decider,
    Filters filters,
    RouteMeters meters) {

  /**
   * How the sidecar is asked.
   *
   * @param address its address on the event bus
   * @param url its URL; empty if the address is that of a user's own verticle
   * @param options the options of messages to it
   */
  record Sidecar(String address, String url, DeliveryOptions options) {

    /**
     * The sidecar's client keeps the time limit. The bus only has to notice that no client is
     * there.
     */
    private static final long BUS_SLACK_MS = 500;

    /**
     * The sidecar of a route. A user's own verticle has the time limit itself, and may be on any
     * node.
     *
     * @param within whether this process has a sidecar client
     */
    static Sidecar of(RoutingConfig routing, Duration timeout, boolean within) {
      long timeoutMs = Math.max(1, timeout.toMillis());
      String url = Optional.ofNullable(routing.sidecarUrl()).map(HttpUrl::toString).orElse("");
      return routing.sidecarAddress().isEmpty()
          ? new Sidecar(
              Addresses.SIDECAR_ASK,
              url,
              new DeliveryOptions().setSendTimeout(timeoutMs + BUS_SLACK_MS).setLocalOnly(within))
          : new Sidecar(
              routing.sidecarAddress(), url, new DeliveryOptions().setSendTimeout(timeoutMs));
    }
  }

  /**
   * The plan of a route.
   *
   * @param buckets the buckets of all rate limits
   * @param server the server that runs interceptors; null if there is none yet
   * @param release how requests are scored for the route's release; null if they are not
   */
  static RoutePlan of(
      RouteConfig config,
      UpstreamTargets targets,
      RateBuckets buckets,
      @Nullable InterceptorServer server,
      @Nullable ReleasePlan release,
      Sidecar sidecar,
      Decider decider,
      RouteMeters meters) {
    return new RoutePlan(
        config,
        upstream(config, Target.MAIN, targets, server),
        upstream(config, Target.CANARY, targets, server),
        RouteLimit.of(config, buckets),
        FallbackPlan.of(config, targets),
        MirrorPlan.of(config, targets),
        release,
        sidecar,
        new Assigner(ThreadLocalRandom::current, config.application()),
        decider,
        Filters.of(config),
        meters);
  }

  private static @Nullable Upstream upstream(
      RouteConfig config,
      Target target,
      UpstreamTargets targets,
      @Nullable InterceptorServer server) {
    RoutingConfig routing = config.routing();
    boolean main = target == Target.MAIN;
    TargetUrls urls = main ? routing.mainTarget() : routing.canaryTarget();
    if (urls == null) {
      return null;
    }
    String headerHost = main ? routing.mainHeaderHost() : routing.canaryHeaderHost();
    Upstream direct =
        targets.upstream(urls, headerHost, config.upstreamClient(), routing.healthCheck());
    return server == null || !isIntercepted(config)
        ? direct
        : targets.through(server, config, target, urls, direct);
  }

  private static boolean isIntercepted(RouteConfig config) {
    return !config.filters().interceptors().isEmpty();
  }

  /** Why the route cannot take a request; null if it can. */
  @Nullable GatewayError refusal(ServerStream stream) {
    if (main == null || !isIntercepted(config)) {
      return null;
    }
    if (main.interception() == null) {
      return GatewayError.INTERCEPTORS_NOT_READY;
    }
    return Upgrades.allowed(stream.upgrade()) == null ? null : GatewayError.UPGRADE_NOT_INTERCEPTED;
  }

  RoutingConfig routing() {
    return config.routing();
  }

  RolloutConfig rollout() {
    return config.rollout();
  }

  /** One of the two services of a route that does not only redirect. */
  Upstream upstream(Target target) {
    return Objects.requireNonNull(target == Target.MAIN ? main : canary);
  }
}
