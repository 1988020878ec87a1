package io.canarygateway.release;

import io.canarygateway.config.ReleaseConfig;
import io.canarygateway.config.ReleaseMode;
import io.canarygateway.config.ReleaseStep;
import io.canarygateway.judge.Evidence;
import java.util.Optional;

/** What follows from a release's state and the evidence. Pure functions. */
final class Transitions {

  private Transitions() {}

  /**
   * What is known at one moment.
   *
   * @param config the settings
   * @param evidence the evidence of the run
   * @param canaryClients the canary clients that were counted in the run
   * @param stepMillis the time since the step began, in ms
   * @param mayPass whether a step may be passed at all
   * @param nowMillis the time, in ms since 1970
   */
  record Look(
      ReleaseConfig config,
      Evidence evidence,
      long canaryClients,
      long stepMillis,
      boolean mayPass,
      long nowMillis) {

    Steps steps() {
      return new Steps(config.steps());
    }
  }

  /**
   * A decision.
   *
   * @param verdict what was decided
   * @param to the state after it
   */
  record Change(Verdict verdict, Progress to) {}

  /**
   * The first step of a version.
   *
   * @param run the number of the run, above that of any earlier one of the version
   * @param ended the ended rehearsals
   */
  static Change start(ReleaseConfig config, int run, Rehearsals ended, long nowMillis) {
    Steps steps = new Steps(config.steps());
    boolean observe = config.mode() == ReleaseMode.OBSERVE;
    boolean onlyStep = steps.first() == 1;
    if (asksFirst(config)) {
      Progress none = Progress.begin(config.version(), false, run, 0, nowMillis, ended);
      return new Change(Verdict.HELD, none.to(Stage.AWAITING));
    }
    // A rehearsal begins before a first step of 1, since reaching 1 would end it at once.
    double weight = onlyStep && observe ? 0 : steps.first();
    return new Change(
        onlyStep && !observe ? Verdict.PROMOTED : Verdict.STARTED,
        Progress.begin(config.version(), observe, run, weight, nowMillis, ended));
  }

  /** Whether a person has to be asked before the first step, since it is the last. */
  private static boolean asksFirst(ReleaseConfig config) {
    return config.mode() == ReleaseMode.HOLD && new Steps(config.steps()).first() == 1;
  }

  /** Whether a release that waits before its first step goes on, because the settings say so. */
  static boolean isWithoutEvidence(Progress now, ReleaseConfig config) {
    return now.stage() == Stage.AWAITING && now.weight() == 0 && !asksFirst(config);
  }

  /** What the evidence decides, if anything. A revert comes before all else. */
  static Optional<Change> judge(Progress now, Look look) {
    if (!now.stage().isActive()) {
      return Optional.empty();
    }
    if (isWithoutEvidence(now, look.config())) {
      return Optional.of(start(look.config(), now.run() + 1, now.rehearsals(), look.nowMillis()));
    }
    if (look.evidence().reverts(look.config().judge())) {
      return Optional.of(
          ended(now, look, new Change(Verdict.REVERTED, revert(now, look.nowMillis()))));
    }
    if (!passing(now, look.config())) {
      return Optional.empty();
    }
    if (look.evidence().holds()) {
      return Optional.of(ended(now, look, new Change(Verdict.HELD, now.to(Stage.HELD))));
    }
    return passes(now, look) ? Optional.of(pass(now, look)) : Optional.empty();
  }

  /** Whether the stage lets steps be passed. */
  private static boolean passing(Progress now, ReleaseConfig config) {
    return now.stage() == Stage.RUNNING
        || now.stage() == Stage.AWAITING && config.mode() == ReleaseMode.ACT;
  }

  private static boolean passes(Progress now, Look look) {
    ReleaseStep step = look.steps().present(now.weight());
    return look.mayPass()
        && look.stepMillis() >= step.minDuration().toMillis()
        && look.canaryClients() - now.stepClients() >= step.minClients()
        && look.evidence().passes(look.config().judge());
  }

  private static Change pass(Progress now, Look look) {
    double next = look.steps().next(now.weight());
    if (next < 1) {
      return new Change(
          Verdict.PASSED, now.step(Stage.RUNNING, next, look.nowMillis(), look.canaryClients()));
    }
    if (look.config().mode() == ReleaseMode.HOLD && !now.observed()) {
      return new Change(Verdict.HELD, now.to(Stage.AWAITING));
    }
    return ended(now, look, new Change(Verdict.PROMOTED, promote(now, look)));
  }

  private static Progress promote(Progress now, Look look) {
    return now.step(Stage.PROMOTED, 1, look.nowMillis(), look.canaryClients());
  }

  private static Progress revert(Progress now, long nowMillis) {
    return now.step(Stage.REVERTED, 0, nowMillis, now.stepClients());
  }

  /** In a release that observes, a verdict that ends a run begins the next one. */
  private static Change ended(Progress now, Look look, Change change) {
    return now.observed()
        ? new Change(
            change.verdict(),
            start(
                    look.config(),
                    now.run() + 1,
                    now.rehearsals().plus(change.verdict()),
                    look.nowMillis())
                .to())
        : change;
  }

  /**
   * What a person's command decides.
   *
   * @throws Refusal if the state does not allow it
   */
  static Change command(Progress now, Action action, Look look) throws Refusal {
    if (now.observed()) {
      throw new Refusal("the release only observes (release.mode is observe)");
    }
    return switch (action) {
      case PAUSE -> pause(now);
      case RESUME -> resume(now, look);
      case NEXT -> next(now, look);
      case PROMOTE -> {
        refuseEnded(now);
        yield new Change(Verdict.PROMOTED, promote(accepted(now), look));
      }
      case REVERT -> {
        if (now.stage() == Stage.REVERTED) {
          throw new Refusal("the release is reverted already");
        }
        yield new Change(Verdict.REVERTED, revert(now, look.nowMillis()));
      }
    };
  }

  private static Change pause(Progress now) throws Refusal {
    if (now.stage() != Stage.RUNNING) {
      throw new Refusal("the release is " + now.stage().shown() + ", so there is nothing to pause");
    }
    return new Change(Verdict.PAUSED, now.to(Stage.PAUSED));
  }

  private static Change resume(Progress now, Look look) throws Refusal {
    return switch (now.stage()) {
      case PAUSED -> new Change(Verdict.RESUMED, now.to(Stage.RUNNING));
      case HELD -> new Change(Verdict.RESUMED, now.forgetRatio().to(Stage.RUNNING));
      case REVERTED ->
          new Change(
              Verdict.RESUMED,
              start(look.config(), now.run() + 1, now.rehearsals(), look.nowMillis()).to());
      case AWAITING -> throw new Refusal("only the last step is left: use next or promote");
      case RUNNING, PROMOTED -> throw new Refusal("the release is " + now.stage().shown());
    };
  }

  private static Change next(Progress now, Look look) throws Refusal {
    refuseEnded(now);
    double next = look.steps().next(now.weight());
    Progress accepted = accepted(now);
    if (next == 1) {
      return new Change(Verdict.PROMOTED, promote(accepted, look));
    }
    Stage stage = now.stage() == Stage.PAUSED ? Stage.PAUSED : Stage.RUNNING;
    return new Change(
        Verdict.PASSED, accepted.step(stage, next, look.nowMillis(), look.canaryClients()));
  }

  /** A person who goes on with a held release has accepted its split. */
  private static Progress accepted(Progress now) {
    return now.stage() == Stage.HELD ? now.forgetRatio() : now;
  }

  private static void refuseEnded(Progress now) throws Refusal {
    if (now.stage() == Stage.REVERTED) {
      throw new Refusal("the release is reverted; resume it first");
    }
    if (now.stage() == Stage.PROMOTED) {
      throw new Refusal("the release is promoted");
    }
  }
}
