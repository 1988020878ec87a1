package io.canarygateway.proxy;

import io.canarygateway.config.CanaryRule;
import io.canarygateway.config.RoutingConfig;
import io.canarygateway.decision.Strategy;
import io.canarygateway.http.HeaderName;
import io.canarygateway.http.RequestHead;
import io.canarygateway.http.ServerStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The client of one request, as far as the gateway knows it. Immutable.
 *
 * @param stream the request
 * @param trusted whether the client is a trusted proxy, whose headers about others count
 * @param sticky the client's assignment; null if assignments do not decide
 */
record KnownClient(RoutePlan route, ServerStream stream, boolean trusted, @Nullable Sticky sticky) {

  static KnownClient of(RoutePlan route, ServerStream stream) {
    RoutingConfig routing = route.routing();
    boolean trusted = routing.trusts(stream.clientAddress().ip());
    Sticky sticky =
        routing.strategy() == Strategy.ROLLOUT
            ? Sticky.of(stream.head(), route.rollout(), trusted, route.assigner())
            : null;
    return new KnownClient(route, stream, trusted, sticky);
  }

  /** The request's head. */
  RequestHead head() {
    return stream.head();
  }

  /** The value of {@code X-Canary}; null if there is none or it is ignored. */
  @Nullable String xCanary() {
    return route.routing().honoursXCanary(trusted) ? head().first(HeaderName.X_CANARY) : null;
  }

  /** Decides where the request goes, if that is possible without the sidecar. */
  Ruling decide() {
    return route
        .decider()
        .withoutSidecar(
            xCanary(),
            this::fitsCanaryRule,
            route.routing(),
            route.rollout().canary(),
            this::sticky);
  }

  private boolean fitsCanaryRule() {
    List<CanaryRule> rules = route.config().canaryWhen();
    return !rules.isEmpty()
        && new RuleCheck(head(), stream.clientAddress().ip(), route.routing()).fitsOneOf(rules);
  }

  /** The cookie to set at the client; null for none. */
  @Nullable String newCookie() {
    return sticky == null ? null : sticky.cookieForClient(stream, route.rollout(), trusted);
  }
}
