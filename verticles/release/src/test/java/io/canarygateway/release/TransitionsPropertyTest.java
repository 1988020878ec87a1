package io.canarygateway.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.config.ReleaseConfig;
import io.canarygateway.config.ReleaseMode;
import io.canarygateway.judge.Evidence;
import io.canarygateway.release.Transitions.Change;
import io.canarygateway.release.Transitions.Look;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Random histories of evidence, commands and edits. */
class TransitionsPropertyTest {

  private static final List<ReleaseConfig> CONFIGS =
      List.of(
          TransitionsTest.config(ReleaseMode.ACT, 0.01, 0.05, 0.25, 1),
          TransitionsTest.config(ReleaseMode.HOLD, 0.01, 0.05, 0.25, 1),
          TransitionsTest.config(ReleaseMode.ACT, 0.1, 0.3),
          TransitionsTest.config(ReleaseMode.HOLD, 0.5));

  private static final List<Evidence> EVIDENCE =
      List.of(
          TransitionsTest.NOTHING,
          TransitionsTest.GOOD,
          TransitionsTest.GOOD,
          TransitionsTest.UNEVEN,
          TransitionsTest.BAD);

  /** What happens: settings, evidence, and a command or none. */
  record Event(int config, int evidence, int action, long clients, boolean mayPass) {

    Look look() {
      return new Look(CONFIGS.get(config), EVIDENCE.get(evidence), clients, 3_600_000, mayPass, 0);
    }

    Optional<Action> command() {
      return action < Action.values().length
          ? Optional.of(Action.values()[action])
          : Optional.empty();
    }
  }

  @Provide
  Arbitrary<List<Event>> histories() {
    return Combinators.combine(
            Arbitraries.integers().between(0, CONFIGS.size() - 1),
            Arbitraries.integers().between(0, EVIDENCE.size() - 1),
            Arbitraries.integers().between(0, 12),
            Arbitraries.longs().between(0, 100_000),
            Arbitraries.of(true, false))
        .as(Event::new)
        .list()
        .ofMaxSize(60);
  }

  private static Optional<Change> next(Progress now, Event event) {
    if (event.command().isEmpty()) {
      return Transitions.judge(now, event.look());
    }
    try {
      return Optional.of(Transitions.command(now, event.command().get(), event.look()));
    } catch (Refusal e) {
      return Optional.empty();
    }
  }

  @Property
  void aWeightIsRaisedOnlyByADecisionAndByOneStep(@ForAll("histories") List<Event> history) {
    Progress now = Transitions.start(CONFIGS.get(0), 1, Rehearsals.NONE, 0).to();
    for (Event event : history) {
      Optional<Change> change = next(now, event);
      if (change.isEmpty()) {
        continue;
      }
      Progress to = change.get().to();
      to.check();
      Verdict verdict = change.get().verdict();
      if (to.weight() > now.weight()) {
        assertThat(verdict).isIn(Verdict.PASSED, Verdict.PROMOTED, Verdict.RESUMED);
        if (verdict == Verdict.PASSED) {
          assertThat(to.weight()).isEqualTo(event.look().steps().next(now.weight()));
        }
        if (event.command().isEmpty()) {
          assertThat(event.mayPass()).isTrue();
          assertThat(event.look().evidence().passes(event.look().config().judge())).isTrue();
          assertThat(now.stage()).isIn(Stage.RUNNING, Stage.AWAITING);
        }
      }
      if (to.weight() < now.weight()) {
        assertThat(verdict).isEqualTo(Verdict.REVERTED);
      }
      assertThat(to.reached()).isGreaterThanOrEqualTo(to.weight());
      now = to;
    }
  }

  @Property
  void aRevertStaysUntilAPersonResumes(@ForAll("histories") List<Event> history) {
    Progress now = Transitions.start(CONFIGS.get(0), 1, Rehearsals.NONE, 0).to();
    for (Event event : history) {
      Optional<Change> change = next(now, event);
      if (now.stage() == Stage.REVERTED && change.isPresent()) {
        assertThat(event.command()).contains(Action.RESUME);
        assertThat(change.get().to().run()).isEqualTo(now.run() + 1);
      }
      now = change.map(Change::to).orElse(now);
      if (now.stage() == Stage.REVERTED) {
        assertThat(now.weight()).isZero();
      }
    }
  }

  @Property
  void whatEndsIsNeverJudged(@ForAll("histories") List<Event> history) {
    Progress now = Transitions.start(CONFIGS.get(0), 1, Rehearsals.NONE, 0).to();
    for (Event event : history) {
      if (!now.stage().isActive()) {
        assertThat(Transitions.judge(now, event.look())).isEmpty();
      }
      now = next(now, event).map(Change::to).orElse(now);
    }
  }
}
