package io.canarygateway.proxy;

import io.canarygateway.config.RoutingConfig;
import io.canarygateway.decision.Admission;
import io.canarygateway.decision.Breaker;
import io.canarygateway.decision.Decision;
import io.canarygateway.decision.DecisionReason;
import io.canarygateway.decision.Reservation;
import io.canarygateway.decision.Target;
import io.canarygateway.message.SidecarReply;

/** The order of canary-router: {@code X-Canary}, then the breaker, then the strategy. */
final class Decider {

  /**
   * A decision, with the room it holds in the breaker.
   *
   * @param decision where to and why
   * @param reservation to be settled when the canary request ends; null for main
   */
  record Route(Decision decision, Reservation reservation) {

    static Route toMain(DecisionReason reason) {
      return new Route(new Decision(Target.MAIN, reason), null);
    }
  }

  private final Breaker breaker;

  Decider(Breaker breaker) {
    this.breaker = breaker;
  }

  /**
   * Decides without the sidecar.
   *
   * @param xCanary the value of {@code X-Canary}, or null if there is none or it is not believed
   * @param sticky the client's assignment; null unless the strategy is rollout
   * @param rollout assignments below it go to canary
   * @return the route, or null if the sidecar has to be asked
   */
  Route withoutSidecar(String xCanary, RoutingConfig config, Sticky sticky, double rollout) {
    if ("true".equals(xCanary)) {
      return new Route(new Decision(Target.CANARY, DecisionReason.HEADER_TRUE), breaker.bypass());
    }
    if ("false".equals(xCanary)) {
      return Route.toMain(DecisionReason.HEADER_FALSE);
    }
    return switch (config.strategy()) {
      case MAIN ->
          Route.toMain(
              config.explicitStrategy() ? DecisionReason.STRATEGY_MAIN : DecisionReason.NO_SIDECAR);
      case CANARY -> toCanary(config, DecisionReason.STRATEGY_CANARY);
      case ROLLOUT -> byRollout(config, sticky, rollout);
      case SIDECAR -> breaker.tripped(config.breakerLimits()).map(Route::toMain).orElse(null);
    };
  }

  /** Decides by the sidecar's answer. */
  Route bySidecar(SidecarReply reply, RoutingConfig config) {
    if (reply.failure() != null) {
      return Route.toMain(DecisionReason.of(reply.failure()));
    }
    int status = reply.status();
    if (status == config.canarySidecarStatus()) {
      Admission admission = breaker.admit(config.breakerLimits());
      return admission.reservation() == null
          ? route(Target.MAIN, limited(admission.refusal()), status, null)
          : route(Target.CANARY, DecisionReason.SIDECAR_STATUS, status, admission.reservation());
    }
    return route(
        Target.MAIN,
        status == config.mainSidecarStatus()
            ? DecisionReason.SIDECAR_STATUS
            : DecisionReason.SIDECAR_STATUS_UNKNOWN,
        status,
        null);
  }

  private Route byRollout(RoutingConfig config, Sticky sticky, double rollout) {
    return sticky.assignment().below(rollout)
        ? toCanary(config, sticky.reason())
        : breaker
            .tripped(config.breakerLimits())
            .map(Route::toMain)
            .orElseGet(() -> Route.toMain(sticky.reason()));
  }

  /** To canary, if the breaker has room. */
  private Route toCanary(RoutingConfig config, DecisionReason reason) {
    Admission admission = breaker.admit(config.breakerLimits());
    return admission.reservation() == null
        ? Route.toMain(admission.refusal())
        : new Route(new Decision(Target.CANARY, reason), admission.reservation());
  }

  private static DecisionReason limited(DecisionReason refusal) {
    return refusal == DecisionReason.NOT_LEASED
        ? DecisionReason.SIDECAR_STATUS_NOT_LEASED
        : DecisionReason.SIDECAR_STATUS_LIMITED;
  }

  private static Route route(
      Target target, DecisionReason reason, int status, Reservation reservation) {
    return new Route(new Decision(target, reason, status), reservation);
  }
}
