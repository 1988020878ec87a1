package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.breaker.BreakerConfig;
import io.canarygateway.breaker.BreakerVerticle;
import io.canarygateway.config.ConfigException;
import io.canarygateway.config.ConfigReader;
import io.canarygateway.config.GatewayConfig;
import io.canarygateway.config.RoutingConfig;
import io.canarygateway.decision.Assignment;
import io.canarygateway.decision.Breaker;
import io.canarygateway.decision.Decision;
import io.canarygateway.decision.DecisionReason;
import io.canarygateway.decision.Reservation;
import io.canarygateway.decision.Target;
import io.canarygateway.message.SidecarFailure;
import io.canarygateway.message.SidecarReply;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeciderTest {

  private static final double ROLLOUT = 0.2;

  private final Breaker breaker =
      BreakerVerticle.create(BreakerConfig.alone(), new SimpleMeterRegistry()).breakers().of("");
  private final Decider decider = new Decider(breaker);

  private static RoutingConfig routing(String more) throws ConfigException {
    return GatewayConfig.of(
            ConfigReader.read(
                "{\"main-target\": \"http://m\", \"canary-target\": \"http://c\"" + more + "}"))
        .routing();
  }

  private static RoutingConfig strategy(String strategy, String more) throws ConfigException {
    return routing(", \"strategy\": \"" + strategy + "\", \"sidecar-url\": \"http://s\"" + more);
  }

  private static RoutingConfig limited(String strategy, String limit) throws ConfigException {
    return strategy(strategy, ", \"circuit-breaker\": {\"" + limit + "-limit-canary\": 1}");
  }

  private Ruling rule(String xCanary, RoutingConfig config) {
    return decider.withoutSidecar(
        xCanary,
        () -> false,
        config,
        ROLLOUT,
        () -> {
          throw new AssertionError("the assignment decides nothing here");
        });
  }

  private Decided decide(RoutingConfig config) {
    return (Decided) rule(null, config);
  }

  private Decided decide(RoutingConfig config, double assignment) {
    Sticky sticky = new Sticky(Assignment.of(assignment), DecisionReason.ROLLOUT_COOKIE);
    return (Decided) decider.withoutSidecar(null, () -> false, config, ROLLOUT, () -> sticky);
  }

  private static Decision main(DecisionReason reason) {
    return new Decision(Target.MAIN, reason);
  }

  private static Decision canary(DecisionReason reason) {
    return new Decision(Target.CANARY, reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sidecar", "rollout", "main", "canary"})
  void theKillSwitchComesBeforeAll(String strategy) throws ConfigException {
    RoutingConfig config = strategy(strategy, ", \"canary-enabled\": false");
    for (String xCanary : new String[] {"true", "false", null}) {
      assertThat(rule(xCanary, config))
          .isEqualTo(new Decided(main(DecisionReason.CANARY_DISABLED), Reservation.NONE));
    }
    assertThat(breaker.inFlight()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sidecar", "rollout", "main", "canary"})
  void xCanaryComesBeforeTheStrategyAndTheLimits(String strategy) throws ConfigException {
    RoutingConfig config = limited(strategy, "error");
    breaker.bypass().settle(true);
    Decided decided = (Decided) rule("true", config);
    assertThat(decided.decision()).isEqualTo(canary(DecisionReason.HEADER_TRUE));
    assertThat(breaker.inFlight()).isEqualTo(1);
    decided.reservation().settle(true);
    assertThat(breaker.inFlight()).isZero();
    assertThat(breaker.errors()).isEqualTo(2);
    assertThat(breaker.requests()).as("not by the strategy's word").isZero();
    assertThat(rule("false", config))
        .isEqualTo(new Decided(main(DecisionReason.HEADER_FALSE), Reservation.NONE));
  }

  @Test
  void theStrategyMainIsToldFromNone() throws ConfigException {
    assertThat(decide(strategy("main", "")).decision())
        .isEqualTo(main(DecisionReason.STRATEGY_MAIN));
    assertThat(decide(routing("")).decision()).isEqualTo(main(DecisionReason.NO_SIDECAR));
  }

  @Test
  void theSidecarIsAskedOnlyWhileBothLimitsHaveRoom() throws ConfigException {
    RoutingConfig config = limited("sidecar", "request");
    assertThat(rule(null, config)).isInstanceOf(AskSidecar.class);
    decider.bySidecar(SidecarReply.ofStatus(200), config).reservation().settle(false);
    assertThat(decide(config).decision()).isEqualTo(main(DecisionReason.REQUEST_LIMIT));
    assertThat(decider.bySidecar(SidecarReply.ofStatus(200), config).decision())
        .isEqualTo(new Decision(Target.MAIN, DecisionReason.SIDECAR_STATUS_LIMITED, 200));
  }

  @Test
  void whatRequestsInFlightHoldIsReservedBeforeTheSidecarAndAfter() throws ConfigException {
    RoutingConfig config = limited("sidecar", "error");
    Decided first = decider.bySidecar(SidecarReply.ofStatus(200), config);
    assertThat(decide(config).decision()).isEqualTo(main(DecisionReason.ERROR_LIMIT_RESERVED));
    Decision second = decider.bySidecar(SidecarReply.ofStatus(200), config).decision();
    assertThat(second)
        .isEqualTo(new Decision(Target.MAIN, DecisionReason.SIDECAR_STATUS_RESERVED, 200));
    assertThat(second.label())
        .isEqualTo("Sidecar returns status code 200, but canary limit reserved");
    first.reservation().settle(true);
    assertThat(decide(config).decision()).isEqualTo(main(DecisionReason.ERROR_LIMIT));
  }

  @ParameterizedTest
  @CsvSource({
    "200, CANARY, SIDECAR_STATUS",
    "204, MAIN, SIDECAR_STATUS",
    "500, MAIN, SIDECAR_STATUS_UNKNOWN"
  })
  void theSidecarsStatusDecides(int status, Target target, DecisionReason reason)
      throws ConfigException {
    assertThat(decider.bySidecar(SidecarReply.ofStatus(status), strategy("sidecar", "")).decision())
        .isEqualTo(new Decision(target, reason, status));
  }

  @ParameterizedTest
  @EnumSource(SidecarFailure.class)
  void everyFailureOfTheSidecarMeansMain(SidecarFailure failure) throws ConfigException {
    Decision decision =
        decider.bySidecar(SidecarReply.ofFailure(failure), strategy("sidecar", "")).decision();
    assertThat(decision.target()).isEqualTo(Target.MAIN);
    assertThat(decision.label())
        .isEqualTo("Sidecar error: " + failure.name().toLowerCase(Locale.ROOT));
  }

  @Test
  void aStatusThatHttpDoesNotKnowIsAFailure() {
    assertThat(SidecarReply.ofStatus(999)).isEqualTo(SidecarReply.ofFailure(SidecarFailure.OTHER));
  }

  @Test
  void theStrategyCanaryKeepsWithinTheLimits() throws ConfigException {
    RoutingConfig config = limited("canary", "error");
    Decided first = decide(config);
    assertThat(first.decision()).isEqualTo(canary(DecisionReason.STRATEGY_CANARY));
    assertThat(decide(config).decision()).isEqualTo(main(DecisionReason.ERROR_LIMIT_RESERVED));
    first.reservation().settle(false);
    Decided second = decide(config);
    assertThat(second.decision().target()).isEqualTo(Target.CANARY);
    second.reservation().settle(true);
    assertThat(decide(config).decision()).isEqualTo(main(DecisionReason.ERROR_LIMIT));
  }

  @Test
  void theRolloutSendsAssignmentsBelowItWithinTheLimits() throws ConfigException {
    RoutingConfig config = limited("rollout", "request");
    assertThat(decide(config, 0.2))
        .isEqualTo(new Decided(main(DecisionReason.ROLLOUT_COOKIE), Reservation.NONE));
    Decided first = decide(config, 0.1);
    assertThat(first.decision()).isEqualTo(canary(DecisionReason.ROLLOUT_COOKIE));
    first.reservation().settle(false);
    assertThat(decide(config, 0.1).decision()).isEqualTo(main(DecisionReason.REQUEST_LIMIT));
    assertThat(decide(config, 0.9).decision())
        .as("what goes to main anyway does not pass the breaker")
        .isEqualTo(main(DecisionReason.ROLLOUT_COOKIE));
  }
}
