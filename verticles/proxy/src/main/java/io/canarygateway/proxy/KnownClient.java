package io.canarygateway.proxy;

import io.canarygateway.config.RoutingConfig;
import io.canarygateway.decision.Strategy;
import io.canarygateway.http.HeaderName;
import io.canarygateway.http.RequestHead;
import io.canarygateway.http.ServerStream;

/**
 * What is known of one request's client.
 *
 * @param trusted whether the peer is believed in what it says about others
 * @param sticky the client's assignment, or null if assignments do not decide
 */
record KnownClient(RoutingPlan plan, RequestHead head, boolean trusted, Sticky sticky) {

  static KnownClient of(RoutingPlan plan, ServerStream stream) {
    RoutingConfig routing = plan.routing();
    boolean trusted =
        routing.trustedProxies() == null || routing.trusts(stream.clientAddress().ip());
    Sticky sticky =
        routing.strategy() == Strategy.ROLLOUT
            ? Sticky.of(stream.head(), plan.config().rollout(), trusted, plan.assigner())
            : null;
    return new KnownClient(plan, stream.head(), trusted, sticky);
  }

  /** The value of {@code X-Canary}; null if there is none or it is not honoured. */
  String xCanary() {
    return plan.routing().honoursXCanary(trusted) ? head.first(HeaderName.X_CANARY) : null;
  }

  /** The cookie that the client is to keep from now on, or null. */
  String newCookie() {
    return sticky == null ? null : sticky.cookieForClient(head, plan.config().rollout(), trusted);
  }
}
