package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.config.ConfigException;
import io.canarygateway.config.ConfigReader;
import io.canarygateway.config.GatewayConfig;
import io.canarygateway.config.RoutingConfig;
import io.canarygateway.decision.Assignment;
import io.canarygateway.decision.CircuitBreaker;
import io.canarygateway.decision.Decision;
import io.canarygateway.decision.DecisionReason;
import io.canarygateway.decision.SidecarFailure;
import io.canarygateway.decision.Target;
import io.canarygateway.message.SidecarReply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DeciderTest {

  private final CircuitBreaker breaker = new CircuitBreaker();
  private final Decider decider = new Decider(breaker);

  private static RoutingConfig routing(String more) throws ConfigException {
    return GatewayConfig.of(
            ConfigReader.read(
                "{\"main-target\": \"http://m\", \"canary-target\": \"http://c\"" + more + "}"))
        .routing();
  }

  private static RoutingConfig sidecar(String more) throws ConfigException {
    return routing(", \"sidecar-url\": \"http://s\"" + more);
  }

  @Test
  void xCanaryComesBeforeAll() throws ConfigException {
    RoutingConfig config = routing(", \"strategy\": \"main\"");
    Decider.Route route = decider.withoutSidecar("true", config, null, 0);
    assertThat(route.decision()).isEqualTo(new Decision(Target.CANARY, DecisionReason.HEADER_TRUE));
    assertThat(breaker.inFlight()).isEqualTo(1);
    route.reservation().settle(false);
    assertThat(breaker.inFlight()).isZero();
    assertThat(breaker.requests()).as("not by the strategy's word").isZero();
  }

  @Test
  void theSidecarIsAskedOnlyWhileBothLimitsHaveRoom() throws ConfigException {
    RoutingConfig config = sidecar(", \"circuit-breaker\": {\"request-limit-canary\": 1}");
    assertThat(decider.withoutSidecar(null, config, null, 0)).isNull();
    decider.bySidecar(SidecarReply.ofStatus(200), config).reservation().settle(false);
    assertThat(decider.withoutSidecar(null, config, null, 0).decision())
        .isEqualTo(new Decision(Target.MAIN, DecisionReason.REQUEST_LIMIT));
    assertThat(decider.bySidecar(SidecarReply.ofStatus(200), config).decision())
        .isEqualTo(new Decision(Target.MAIN, DecisionReason.SIDECAR_STATUS_LIMITED, 200));
  }

  @ParameterizedTest
  @EnumSource(SidecarFailure.class)
  void everyFailureOfTheSidecarMeansMain(SidecarFailure failure) throws ConfigException {
    Decision decision = decider.bySidecar(SidecarReply.ofFailure(failure), sidecar("")).decision();
    assertThat(decision.target()).isEqualTo(Target.MAIN);
    assertThat(decision.label())
        .isEqualTo("Sidecar error: " + failure.name().toLowerCase(java.util.Locale.ROOT));
  }

  @Test
  void aStatusThatHttpDoesNotKnowIsAFailure() {
    assertThat(SidecarReply.ofStatus(999)).isEqualTo(SidecarReply.ofFailure(SidecarFailure.OTHER));
  }

  @Test
  void theStrategyCanaryKeepsWithinTheLimits() throws ConfigException {
    RoutingConfig config =
        routing(", \"strategy\": \"canary\", \"circuit-breaker\": {\"error-limit-canary\": 1}");
    Decider.Route first = decider.withoutSidecar(null, config, null, 0);
    assertThat(first.decision().target()).isEqualTo(Target.CANARY);
    assertThat(decider.withoutSidecar(null, config, null, 0).decision())
        .isEqualTo(new Decision(Target.MAIN, DecisionReason.ERROR_LIMIT));
    first.reservation().settle(false);
    assertThat(decider.withoutSidecar(null, config, null, 0).decision().target())
        .isEqualTo(Target.CANARY);
  }

  private static Sticky sticky(double assignment) {
    return new Sticky(Assignment.of(assignment), DecisionReason.ROLLOUT_COOKIE);
  }

  @Test
  void theRolloutSendsAssignmentsBelowItWithinTheLimits() throws ConfigException {
    RoutingConfig config =
        routing(", \"strategy\": \"rollout\", \"circuit-breaker\": {\"request-limit-canary\": 1}");
    assertThat(decider.withoutSidecar(null, config, sticky(0.2), 0.2).decision())
        .isEqualTo(new Decision(Target.MAIN, DecisionReason.ROLLOUT_COOKIE));
    Decider.Route canary = decider.withoutSidecar(null, config, sticky(0.1), 0.2);
    assertThat(canary.decision())
        .isEqualTo(new Decision(Target.CANARY, DecisionReason.ROLLOUT_COOKIE));
    canary.reservation().settle(false);
    for (double assignment : new double[] {0.1, 0.9}) {
      assertThat(decider.withoutSidecar(null, config, sticky(assignment), 0.2).decision())
          .isEqualTo(new Decision(Target.MAIN, DecisionReason.REQUEST_LIMIT));
    }
    assertThat(decider.withoutSidecar("false", config, sticky(0.1), 0.2).decision().reason())
        .isEqualTo(DecisionReason.HEADER_FALSE);
  }
}
