package io.canarygateway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.canarygateway.config.ReleaseConfig;
import io.canarygateway.config.ReleaseMode;
import io.canarygateway.config.ReleaseStep;
import io.canarygateway.decision.ErrorStatuses;
import io.canarygateway.judge.Evidence;
import io.canarygateway.judge.JudgeSettings;
import io.canarygateway.release.Transitions.Change;
import io.canarygateway.release.Transitions.Look;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransitionsTest {

  static final Evidence NOTHING = new Evidence(0, 0, 0, 0, 0, 0);
  static final Evidence GOOD = new Evidence(0, 0, 0, 10, 0, 0);
  static final Evidence BAD = new Evidence(10, 10, 0, 10, 10, 20);
  static final Evidence UNEVEN = new Evidence(0, 0, 0, 10, 10, 20);

  static ReleaseConfig config(ReleaseMode mode, double... weights) {
    List<ReleaseStep> steps =
        DoubleStream.of(weights)
            .mapToObj(weight -> new ReleaseStep(weight, Duration.ofMinutes(1), 100))
            .toList();
    return new ReleaseConfig(
        "v2", steps, mode, JudgeSettings.DEFAULT, Duration.ZERO, ErrorStatuses.of(List.of("5xx")));
  }

  static Look look(ReleaseConfig config, Evidence evidence) {
    return new Look(config, evidence, 100, 60_000, true, 1_000);
  }

  private static final ReleaseConfig ACT = config(ReleaseMode.ACT, 0.01, 0.5, 1);
  private static final ReleaseConfig HOLD = config(ReleaseMode.HOLD, 0.01, 0.5, 1);
  private static final ReleaseConfig OBSERVE = config(ReleaseMode.OBSERVE, 0.01, 0.5, 1);

  private static Progress begun(ReleaseConfig config) {
    return Transitions.start(config, 1, Rehearsals.NONE, 0).to();
  }

  /** A release in a stage at 0.5. */
  private static Progress at(Stage stage) {
    return switch (stage) {
      case PROMOTED -> begun(ACT).step(stage, 1, 0, 0);
      case REVERTED -> begun(ACT).step(stage, 0, 0, 0);
      default -> begun(ACT).step(stage, 0.5, 0, 0);
    };
  }

  @Test
  void aReleaseBeginsAtItsFirstStep() {
    Change start = Transitions.start(ACT, 1, Rehearsals.NONE, 7);
    assertThat(start.verdict()).isEqualTo(Verdict.STARTED);
    assertThat(start.to().weight()).isEqualTo(0.01);
    assertThat(start.to().stage()).isEqualTo(Stage.RUNNING);
    assertThat(start.to().startedMillis()).isEqualTo(7);
  }

  @Test
  void anOnlyStepOfOneIsPromotedAtOnceOrAsks() {
    Change act = Transitions.start(config(ReleaseMode.ACT, 1), 1, Rehearsals.NONE, 0);
    assertThat(act.verdict()).isEqualTo(Verdict.PROMOTED);
    assertThat(act.to().stage()).isEqualTo(Stage.PROMOTED);
    Change hold = Transitions.start(config(ReleaseMode.HOLD, 1), 1, Rehearsals.NONE, 0);
    assertThat(hold.to().stage()).isEqualTo(Stage.AWAITING);
    assertThat(hold.to().weight()).isZero();
    Change observe = Transitions.start(config(ReleaseMode.OBSERVE, 1), 1, Rehearsals.NONE, 0);
    assertThat(observe.to().stage()).isEqualTo(Stage.RUNNING);
    assertThat(observe.to().weight()).isZero();
  }

  @Test
  void whatWaitsBeforeItsOnlyStepGoesOnWhenTheSettingsDoNotAskAnyMore() {
    ReleaseConfig hold = config(ReleaseMode.HOLD, 1);
    Progress waits = begun(hold);
    assertThat(Transitions.judge(waits, look(hold, NOTHING))).isEmpty();
    ReleaseConfig act = config(ReleaseMode.ACT, 1);
    assertThat(Transitions.judge(waits, look(act, NOTHING)).orElseThrow().to().weight())
        .isEqualTo(1);
    Change begins = Transitions.judge(waits, look(HOLD, NOTHING)).orElseThrow();
    assertThat(begins.verdict()).isEqualTo(Verdict.STARTED);
    assertThat(begins.to().weight()).isEqualTo(0.01);
    assertThat(begins.to().run()).isEqualTo(2);
  }

  @Test
  void stepsArePassedAndTheLastPromotes() {
    Progress first = begun(ACT);
    Change passed = Transitions.judge(first, look(ACT, GOOD)).orElseThrow();
    assertThat(passed.verdict()).isEqualTo(Verdict.PASSED);
    assertThat(passed.to().weight()).isEqualTo(0.5);
    assertThat(passed.to().stepClients()).isEqualTo(100);
    Look later = new Look(ACT, GOOD, 200, 60_000, true, 2_000);
    Change promoted = Transitions.judge(passed.to(), later).orElseThrow();
    assertThat(promoted.verdict()).isEqualTo(Verdict.PROMOTED);
    assertThat(promoted.to().stage()).isEqualTo(Stage.PROMOTED);
    assertThat(promoted.to().weight()).isEqualTo(1);
  }

  @Test
  void aLastStepBelowOnePromotesToo() {
    ReleaseConfig config = config(ReleaseMode.ACT, 0.5);
    assertThat(Transitions.judge(begun(config), look(config, GOOD)).orElseThrow().to().weight())
        .isEqualTo(1);
  }

  @ParameterizedTest(name = "{0} clients, {1} ms, {2}")
  @CsvSource({"99, 60000, true", "100, 59999, true", "100, 60000, false"})
  void aStepNeedsClientsAndTimeAndThatItMayBePassed(long clients, long ms, boolean mayPass) {
    Look look = new Look(ACT, GOOD, clients, ms, mayPass, 0);
    assertThat(Transitions.judge(begun(ACT), look)).isEmpty();
  }

  @Test
  void aStepNeedsEvidence() {
    assertThat(Transitions.judge(begun(ACT), look(ACT, NOTHING))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "RUNNING,REVERTED",
    "HELD,REVERTED",
    "AWAITING,REVERTED",
    "PAUSED,REVERTED",
    "PROMOTED,",
    "REVERTED,"
  })
  void aRevertComesFirstAndFromEachActiveStage(Stage from, Verdict verdict) {
    assertThat(Transitions.judge(at(from), look(ACT, BAD)).map(Change::verdict))
        .isEqualTo(Optional.ofNullable(verdict));
  }

  @ParameterizedTest
  @CsvSource({"RUNNING,HELD", "HELD,", "PAUSED,", "PROMOTED,", "REVERTED,"})
  void anUnevenSplitHolds(Stage from, Verdict verdict) {
    assertThat(Transitions.judge(at(from), look(ACT, UNEVEN)).map(Change::verdict))
        .isEqualTo(Optional.ofNullable(verdict));
  }

  @Test
  void modeHoldAsksBeforeTheLastStepOnly() {
    Change passed = Transitions.judge(begun(HOLD), look(HOLD, GOOD)).orElseThrow();
    assertThat(passed.verdict()).isEqualTo(Verdict.PASSED);
    Look later = new Look(HOLD, GOOD, 200, 60_000, true, 0);
    Change held = Transitions.judge(passed.to(), later).orElseThrow();
    assertThat(held.to().stage()).isEqualTo(Stage.AWAITING);
    assertThat(held.to().weight()).isEqualTo(0.5);
    assertThat(Transitions.judge(held.to(), later)).isEmpty();
    Look act = new Look(ACT, GOOD, 200, 60_000, true, 0);
    assertThat(Transitions.judge(held.to(), act).orElseThrow().verdict())
        .isEqualTo(Verdict.PROMOTED);
  }

  @Test
  void aReleaseThatObservesBeginsAnewAfterEachEnd() {
    Progress begun = begun(OBSERVE);
    Progress reverted = Transitions.judge(begun, look(OBSERVE, BAD)).orElseThrow().to();
    assertThat(reverted.stage()).isEqualTo(Stage.RUNNING);
    assertThat(reverted.run()).isEqualTo(2);
    assertThat(reverted.rehearsals()).isEqualTo(new Rehearsals(0, 1, 0));
    Progress held = Transitions.judge(reverted, look(OBSERVE, UNEVEN)).orElseThrow().to();
    assertThat(held.rehearsals()).isEqualTo(new Rehearsals(0, 1, 1));
    Progress passed = Transitions.judge(held, look(OBSERVE, GOOD)).orElseThrow().to();
    assertThat(passed.weight()).isEqualTo(0.5);
    Look later = new Look(OBSERVE, GOOD, 200, 60_000, true, 0);
    Progress promoted = Transitions.judge(passed, later).orElseThrow().to();
    assertThat(promoted.rehearsals()).isEqualTo(new Rehearsals(1, 1, 1));
    assertThat(promoted.weight()).isEqualTo(0.01);
  }

  @ParameterizedTest
  @CsvSource({
    "RUNNING,PAUSE,PAUSED,0.5", "RUNNING,NEXT,PROMOTED,1", "RUNNING,PROMOTE,PROMOTED,1",
    "RUNNING,REVERT,REVERTED,0", "HELD,RESUME,RUNNING,0.5", "HELD,NEXT,PROMOTED,1",
    "HELD,REVERT,REVERTED,0", "AWAITING,NEXT,PROMOTED,1", "AWAITING,PROMOTE,PROMOTED,1",
    "AWAITING,REVERT,REVERTED,0", "PAUSED,RESUME,RUNNING,0.5", "PAUSED,PROMOTE,PROMOTED,1",
    "PAUSED,REVERT,REVERTED,0", "PROMOTED,REVERT,REVERTED,0", "REVERTED,RESUME,RUNNING,0.01"
  })
  void commands(Stage from, Action action, Stage to, double weight) throws Exception {
    Change change = Transitions.command(at(from), action, look(ACT, NOTHING));
    assertThat(change.to().stage()).isEqualTo(to);
    assertThat(change.to().weight()).isEqualTo(weight);
  }

  @ParameterizedTest
  @CsvSource({
    "RUNNING,RESUME", "HELD,PAUSE", "AWAITING,PAUSE", "AWAITING,RESUME", "PAUSED,PAUSE",
    "PROMOTED,PAUSE", "PROMOTED,RESUME", "PROMOTED,NEXT", "PROMOTED,PROMOTE", "REVERTED,PAUSE",
    "REVERTED,NEXT", "REVERTED,PROMOTE", "REVERTED,REVERT"
  })
  void refusedCommands(Stage from, Action action) {
    assertThatThrownBy(() -> Transitions.command(at(from), action, look(ACT, NOTHING)))
        .isInstanceOf(Refusal.class);
  }

  @Test
  void whatACommandKeepsAndForgets() throws Exception {
    Progress paused = begun(ACT).to(Stage.PAUSED);
    Progress next = Transitions.command(paused, Action.NEXT, look(ACT, NOTHING)).to();
    assertThat(next.stage()).isEqualTo(Stage.PAUSED);
    assertThat(next.weight()).isEqualTo(0.5);
    Progress resumed = Transitions.command(at(Stage.HELD), Action.RESUME, look(ACT, NOTHING)).to();
    assertThat(resumed.ratioResets()).isEqualTo(1);
    assertThat(resumed.run()).isEqualTo(1);
    Progress lifted =
        Transitions.command(at(Stage.REVERTED), Action.RESUME, look(ACT, NOTHING)).to();
    assertThat(lifted.run()).isEqualTo(2);
  }

  @Test
  void nobodyCommandsAReleaseThatObserves() {
    assertThatThrownBy(
            () -> Transitions.command(begun(OBSERVE), Action.PROMOTE, look(OBSERVE, NOTHING)))
        .isInstanceOf(Refusal.class);
  }

  @Test
  void editedStepsNeverMoveTheWeight() {
    Steps steps = new Steps(config(ReleaseMode.ACT, 0.1, 0.5, 1).steps());
    assertThat(steps.number(0.5)).isEqualTo(2);
    assertThat(steps.number(0.3)).isEqualTo(1);
    assertThat(steps.next(0.3)).isEqualTo(0.5);
    assertThat(steps.number(0.05)).isEqualTo(1);
    assertThat(steps.next(0.05)).isEqualTo(0.1);
    assertThat(steps.next(0.5)).isEqualTo(1);
    assertThat(new Steps(config(ReleaseMode.ACT, 0.1).steps()).next(0.7)).isEqualTo(1);
  }
}
