package io.canarygateway.proxy;

import io.canarygateway.config.GatewayConfig;
import io.canarygateway.config.LogLevel;
import io.canarygateway.config.RoutingConfig;
import io.canarygateway.decision.Assigner;
import io.canarygateway.decision.Target;
import io.canarygateway.http.RequestHead;
import io.canarygateway.message.Addresses;
import io.canarygateway.snapshot.ConfigSnapshot;
import io.vertx.core.eventbus.DeliveryOptions;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A snapshot of the settings, prepared for one event loop. Each request keeps the plan that it
 * began with. Immutable.
 *
 * @param config all settings
 * @param main the old service
 * @param canary the new service
 * @param sidecarAddress the event bus address of the sidecar
 * @param sidecarOptions the options for messages to the sidecar
 * @param assigner makes assignments for new clients
 */
record RoutingPlan(
    GatewayConfig config,
    Upstream main,
    Upstream canary,
    String sidecarAddress,
    DeliveryOptions sidecarOptions,
    Assigner assigner) {

  /**
   * The sidecar's client keeps the time limit. The bus only has to notice that no client is there.
   */
  private static final long BUS_SLACK_MS = 500;

  static RoutingPlan of(ConfigSnapshot snapshot, UpstreamTargets targets, boolean sidecarWithin) {
    GatewayConfig config = snapshot.config();
    RoutingConfig routing = config.routing();
    String address =
        routing.sidecarAddress().isEmpty() ? Addresses.SIDECAR_ASK : routing.sidecarAddress();
    return new RoutingPlan(
        config,
        targets.upstream(
            routing.mainTarget(),
            routing.mainHeaderHost(),
            config.upstreamClient(),
            routing.healthCheck()),
        targets.upstream(
            routing.canaryTarget(),
            routing.canaryHeaderHost(),
            config.upstreamClient(),
            routing.healthCheck()),
        address,
        sidecarOptions(config, sidecarWithin),
        new Assigner(ThreadLocalRandom::current, config.daemon().application()));
  }

  /**
   * The options of messages to the sidecar. A user's own verticle has the time limit itself, and
   * may be on any node.
   */
  private static DeliveryOptions sidecarOptions(GatewayConfig config, boolean sidecarWithin) {
    long timeoutMs = Math.max(1, config.sidecarClient().timeout().toMillis());
    return config.routing().sidecarAddress().isEmpty()
        ? new DeliveryOptions().setSendTimeout(timeoutMs + BUS_SLACK_MS).setLocalOnly(sidecarWithin)
        : new DeliveryOptions().setSendTimeout(timeoutMs);
  }

  RoutingConfig routing() {
    return config.routing();
  }

  Upstream upstream(Target target) {
    return target == Target.MAIN ? main : canary;
  }

  /** The observer of a request besides the metrics, if there is one. */
  Optional<RequestObserver> extraObserver(RequestHead head) {
    return config.log().level() == LogLevel.DEBUG
        ? Optional.of(new TrafficDump(config.log(), head))
        : Optional.empty();
  }
}
