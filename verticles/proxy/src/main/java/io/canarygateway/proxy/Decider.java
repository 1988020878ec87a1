package io.canarygateway.proxy;

import io.canarygateway.config.RoutingConfig;
import io.canarygateway.decision.Breaker;
import io.canarygateway.decision.BreakerLimits;
import io.canarygateway.decision.DecisionReason;
import io.canarygateway.message.SidecarFailure;
import io.canarygateway.message.SidecarReply;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Decides where a request goes. The order: the kill switch, {@code X-Canary}, the strategy, and for
 * what would go to canary the breaker. The sidecar is asked only while the breaker has room, and
 * what it sends to canary passes the breaker again. Any thread.
 */
final class Decider {

  private final Breaker breaker;

  Decider(Breaker breaker) {
    this.breaker = breaker;
  }

  /**
   * Decides as far as that can be done without the sidecar.
   *
   * @param xCanary the value of {@code X-Canary}; null if there is none or it is not honoured
   * @param rollout assignments below it go to canary
   * @param sticky the client's assignment; called only if it decides
   */
  Ruling withoutSidecar(
      String xCanary, RoutingConfig config, double rollout, Supplier<Sticky> sticky) {
    if (!config.canaryEnabled()) {
      return Decided.toMain(DecisionReason.CANARY_DISABLED);
    }
    if ("true".equals(xCanary)) {
      return Decided.toCanary(DecisionReason.HEADER_TRUE, breaker.bypass());
    }
    if ("false".equals(xCanary)) {
      return Decided.toMain(DecisionReason.HEADER_FALSE);
    }
    BreakerLimits limits = config.breakerLimits();
    return switch (config.strategy()) {
      case MAIN ->
          Decided.toMain(
              config.explicitStrategy() ? DecisionReason.STRATEGY_MAIN : DecisionReason.NO_SIDECAR);
      case CANARY -> withinLimits(limits, DecisionReason.STRATEGY_CANARY);
      case ROLLOUT -> byRollout(limits, rollout, sticky.get());
      case SIDECAR -> beforeSidecar(limits);
    };
  }

  private static DecisionReason reasonOf(SidecarFailure failure) {
    return switch (failure) {
      case TIMEOUT -> DecisionReason.SIDECAR_TIMEOUT;
      case CONNECT -> DecisionReason.SIDECAR_CONNECT;
      case RESET -> DecisionReason.SIDECAR_RESET;
      case OTHER -> DecisionReason.SIDECAR_OTHER;
    };
  }

  /** Decides by the sidecar's answer. */
  Decided bySidecar(SidecarReply reply, RoutingConfig config) {
    if (reply.failure().isPresent()) {
      return Decided.toMain(reasonOf(reply.failure().get()));
    }
    int status = reply.status();
    if (status == config.mainSidecarStatus()) {
      return Decided.toMain(DecisionReason.SIDECAR_STATUS, status);
    }
    if (status != config.canarySidecarStatus()) {
      return Decided.toMain(DecisionReason.SIDECAR_STATUS_UNKNOWN, status);
    }
    return breaker
        .admit(config.breakerLimits())
        .either(
            room -> Decided.toCanary(DecisionReason.SIDECAR_STATUS, status, room),
            refusal -> Decided.toMain(afterSidecar(refusal), status));
  }

  private Decided byRollout(BreakerLimits limits, double rollout, Sticky sticky) {
    return sticky.assignment().below(rollout)
        ? withinLimits(limits, sticky.reason())
        : Decided.toMain(sticky.reason());
  }

  private Decided withinLimits(BreakerLimits limits, DecisionReason reason) {
    return breaker.admit(limits).either(room -> Decided.toCanary(reason, room), Decided::toMain);
  }

  private Ruling beforeSidecar(BreakerLimits limits) {
    Optional<DecisionReason> refusal = breaker.tripped(limits);
    return refusal.isPresent() ? Decided.toMain(refusal.get()) : AskSidecar.INSTANCE;
  }

  private static DecisionReason afterSidecar(DecisionReason refusal) {
    return switch (refusal) {
      case NOT_LEASED -> DecisionReason.SIDECAR_STATUS_NOT_LEASED;
      case ERROR_LIMIT_RESERVED -> DecisionReason.SIDECAR_STATUS_RESERVED;
      default -> DecisionReason.SIDECAR_STATUS_LIMITED;
    };
  }
}
