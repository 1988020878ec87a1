package io.canarygateway.proxy;

import io.canarygateway.config.GatewayConfig;
import io.canarygateway.config.RouteConfig;
import io.canarygateway.config.RouteTable;
import io.canarygateway.decision.Breaker;
import io.canarygateway.decision.Target;
import io.canarygateway.http.TargetSettings;
import io.canarygateway.message.InterceptorServer;
import io.canarygateway.proxy.RoutePlan.Sidecar;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The maker of one event loop's plans. Confined to that event loop. */
final class PlanMaker {

  private final ProxyShared shared;
  private final UpstreamTargets targets;
  private final ReleaseScorer scorer;
  private final boolean sidecarWithin;

  /**
   * A route's plan, and what it was made of.
   *
   * @param upstreams the upstreams that it needs
   */
  private record Made(
      RouteConfig route,
      Duration sidecarTimeout,
      @Nullable InterceptorServer server,
      RoutePlan plan,
      List<TargetSettings> upstreams) {

    boolean isOf(RouteConfig other, Duration timeout, @Nullable InterceptorServer interceptors) {
      return route == other && sidecarTimeout.equals(timeout) && server == interceptors;
    }
  }

  /** The plans of the routes by name. The plan of a route that has not changed is kept. */
  private final Map<String, Made> made = new HashMap<>();

  /**
   * A maker that has made no plan.
   *
   * @param scorer scores the requests of routes with a release
   * @param sidecarWithin whether this process has a sidecar client
   */
  PlanMaker(
      ProxyShared shared, UpstreamTargets targets, ReleaseScorer scorer, boolean sidecarWithin) {
    this.shared = shared;
    this.targets = targets;
    this.scorer = scorer;
    this.sidecarWithin = sidecarWithin;
  }

  /**
   * Makes a plan of settings. Upstreams and metrics that it does not need are released.
   *
   * @param server the server that runs interceptors; null if there is none yet
   */
  RoutingPlan make(GatewayConfig config, @Nullable InterceptorServer server) {
    RouteTable table = config.routes();
    Duration sidecarTimeout = config.sidecarClient().timeout();
    RoutePlan byDefault =
        table.byDefault().map(route -> make(route, sidecarTimeout, server)).orElse(null);
    List<RoutePlan> routes = new ArrayList<>();
    table.named().forEach(route -> routes.add(make(route, sidecarTimeout, server)));
    targets.retireUnnamed();
    release(table);
    return new RoutingPlan(config, byDefault, List.copyOf(routes));
  }

  private RoutePlan make(
      RouteConfig route, Duration sidecarTimeout, @Nullable InterceptorServer server) {
    Made before = made.get(route.name());
    if (before != null && before.isOf(route, sidecarTimeout, server)) {
      targets.nameAgain(before.upstreams());
      return before.plan();
    }
    targets.beginNaming();
    RouteMeters meters =
        before == null ? shared.meters().acquire(route.name()) : before.plan().meters();
    RoutePlan plan = makeNew(route, sidecarTimeout, server, meters);
    made.put(route.name(), new Made(route, sidecarTimeout, server, plan, targets.namedSince()));
    return plan;
  }

  private RoutePlan makeNew(
      RouteConfig route,
      Duration sidecarTimeout,
      @Nullable InterceptorServer server,
      RouteMeters meters) {
    Breaker breaker = shared.breakers().of(route.name());
    RoutePlan plan =
        RoutePlan.of(
            route,
            targets,
            shared.buckets(),
            server,
            scorer.follow(route, meters, breaker),
            Sidecar.of(route.routing(), sidecarTimeout, sidecarWithin),
            new Decider(breaker),
            meters);
    show(meters, Target.MAIN, plan.main());
    show(meters, Target.CANARY, plan.canary());
    if (plan.limit() != null) {
      meters.rateLimited();
    }
    if (plan.fallback() != null) {
      meters.fallbacks();
    }
    if (plan.mirror() != null) {
      meters.mirrors();
    }
    return plan;
  }

  private static void show(RouteMeters meters, Target target, @Nullable Upstream upstream) {
    if (upstream != null) {
      meters.upstreams().use(target, upstream.target().endpoints());
    }
  }

  private void release(RouteTable table) {
    Set<String> names = new HashSet<>();
    table.all().forEach(route -> names.add(route.name()));
    for (String gone : List.copyOf(made.keySet())) {
      if (!names.contains(gone)) {
        made.remove(gone);
        scorer.end(gone);
        shared.meters().release(gone);
      }
    }
  }
}
