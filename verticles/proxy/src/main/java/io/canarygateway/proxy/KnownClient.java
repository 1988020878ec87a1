package io.canarygateway.proxy;

import io.canarygateway.config.RoutingConfig;
import io.canarygateway.decision.Strategy;
import io.canarygateway.http.HeaderName;
import io.canarygateway.http.RequestHead;
import io.canarygateway.http.ServerStream;
import org.jspecify.annotations.Nullable;

/**
 * The client of one request, as far as the gateway knows it. Immutable.
 *
 * @param trusted whether the client is a trusted proxy, whose headers about others count
 * @param sticky the client's assignment; null if assignments do not decide
 */
record KnownClient(RoutePlan route, RequestHead head, boolean trusted, @Nullable Sticky sticky) {

  static KnownClient of(RoutePlan route, ServerStream stream) {
    RoutingConfig routing = route.routing();
    boolean trusted =
        routing.trustedProxies() == null || routing.trusts(stream.clientAddress().ip());
    Sticky sticky =
        routing.strategy() == Strategy.ROLLOUT
            ? Sticky.of(stream.head(), route.rollout(), trusted, route.assigner())
            : null;
    return new KnownClient(route, stream.head(), trusted, sticky);
  }

  /** The value of {@code X-Canary}; null if there is none or it is ignored. */
  @Nullable String xCanary() {
    return route.routing().honoursXCanary(trusted) ? head.first(HeaderName.X_CANARY) : null;
  }

  /** The cookie to set at the client; null for none. */
  @Nullable String newCookie() {
    return sticky == null ? null : sticky.cookieForClient(head, route.rollout(), trusted);
  }
}
