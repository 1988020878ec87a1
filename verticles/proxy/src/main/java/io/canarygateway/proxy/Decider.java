package io.canarygateway.proxy;

import io.canarygateway.config.RoutingConfig;
import io.canarygateway.decision.Breaker;
import io.canarygateway.decision.BreakerLimits;
import io.canarygateway.decision.DecisionReason;
import io.canarygateway.message.SidecarFailure;
import io.canarygateway.message.SidecarReply;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The rules that decide where a request goes, in this order: the kill switch, {@code X-Canary}, the
 * rules of {@code canary-when}, the strategy, and the breaker for requests that would go to canary.
 * The sidecar is asked only while no limit is reached. A request that the sidecar sends to canary
 * passes the breaker again. Thread-safe.
 */
final class Decider {

  private final Breaker breaker;

  Decider(Breaker breaker) {
    this.breaker = breaker;
  }

  /**
   * Decides without the sidecar, if that is possible.
   *
   * @param xCanary the value of {@code X-Canary}; null if there is none or it is ignored
   * @param canaryRule says whether a rule of {@code canary-when} fits; called only if rules decide
   * @param rollout the share of canary, 0 to 1: assignments below it go to canary
   * @param sticky makes the client's assignment; called only if the assignment decides
   */
  Ruling withoutSidecar(
      @Nullable String xCanary,
      BooleanSupplier canaryRule,
      RoutingConfig config,
      double rollout,
      Supplier<Sticky> sticky) {
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
    if (canaryRule.getAsBoolean()) {
      return withinLimits(limits, DecisionReason.CANARY_RULE);
    }
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

  /** Decides by the sidecar's reply. */
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
            reservation -> Decided.toCanary(DecisionReason.SIDECAR_STATUS, status, reservation),
            refusal -> Decided.toMain(afterSidecar(refusal), status));
  }

  private Decided byRollout(BreakerLimits limits, double rollout, Sticky sticky) {
    return sticky.assignment().below(rollout)
        ? withinLimits(limits, sticky.reason())
        : Decided.toMain(sticky.reason());
  }

  private Decided withinLimits(BreakerLimits limits, DecisionReason reason) {
    return breaker
        .admit(limits)
        .either(reservation -> Decided.toCanary(reason, reservation), Decided::toMain);
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
