package io.canarygateway.release;

import io.canarygateway.config.ReleaseStep;
import io.canarygateway.config.RouteConfig;
import io.canarygateway.judge.Evidence;
import io.canarygateway.judge.JudgeSettings;
import io.canarygateway.judge.Outlook;
import io.canarygateway.judge.WeightCounts;
import io.canarygateway.message.ReleaseReports;
import io.canarygateway.release.Transitions.Look;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Makes the reports about releases for operators. */
final class Reports {

  private Reports() {}

  static ReleaseReports.OfRoute of(RouteRelease release) {
    Look look = release.look();
    Optional<Progress> known = release.inForce();
    List<WeightCounts> counts = release.scores().counts();
    StoredRelease stored = release.link().known();
    return new ReleaseReports.OfRoute(
        release.route().name(),
        release.config().version(),
        release.config().mode().name().toLowerCase(Locale.ROOT),
        state(release),
        reason(release),
        step(release),
        look.steps().count(),
        known.map(Progress::weight).orElse(0.0),
        release.route().rollout().canary(),
        known.map(Progress::startedMillis).orElse(0L),
        known.map(Progress::stepSinceMillis).orElse(0L),
        counts.stream().map(Reports::counts).toList(),
        evidence(look.evidence(), look.config().judge()),
        known.map(each -> needs(each, look, counts)).orElse(List.of()),
        known.isPresent() && stored != null ? stored.receipts() : List.of(),
        known.map(Reports::rehearsals).orElse(new ReleaseReports.Rehearsals(0, 0, 0)));
  }

  /** The state as reports and metrics name it. */
  static String state(RouteRelease release) {
    return release.inForce().map(each -> each.stage().shown()).orElse("unknown");
  }

  /** The number of the step; 0 while reverted or unknown. */
  static int step(RouteRelease release) {
    return release
        .inForce()
        .filter(each -> each.stage() != Stage.REVERTED)
        .map(each -> new Steps(release.config().steps()).number(each.weight()))
        .orElse(0);
  }

  private static String reason(RouteRelease release) {
    List<String> reasons = new ArrayList<>();
    release.inForce().map(Progress::reason).filter(each -> !each.isEmpty()).ifPresent(reasons::add);
    String trouble = trouble(release);
    if (!trouble.isEmpty()) {
      reasons.add(trouble);
    }
    reasons.addAll(notes(release));
    return String.join("; ", reasons);
  }

  /** Why the state is not known or not written, for operators; empty if all is well. */
  static String trouble(RouteRelease release) {
    String trouble = release.link().trouble();
    if (release.isReverting() && !trouble.isEmpty()) {
      return "the revert is in force and not stored yet: " + trouble;
    }
    return trouble.isEmpty()
        ? release
            .foreign()
            .map(
                other ->
                    "the store has a release of "
                        + other.version()
                        + (other.observed() ? " that only observes" : "")
                        + ", which a node with other settings has made; a changed"
                        + " release.version or a restart of this node replaces it")
            .orElse("")
        : trouble;
  }

  /** What keeps an active release from going on, besides the evidence. */
  static List<String> notes(RouteRelease release) {
    List<String> notes = new ArrayList<>();
    RouteConfig route = release.route();
    Optional<Progress> known = release.inForce();
    if (known.filter(each -> each.stage().isActive()).isPresent()) {
      if (!route.routing().canaryEnabled()) {
        notes.add("canary-enabled is false, so nothing is counted and no step is passed");
      } else if (!route.isDecidedByRollout()) {
        notes.add("the strategy is not rollout, so nothing is counted and no step is passed");
      } else if (!release.isCanaryOpen()) {
        notes.add(
            "the circuit breaker lets nothing to canary, so nothing is counted and no step is"
                + " passed");
      }
    }
    if (release.isOverridden()) {
      notes.add(
          "rollout.canary is "
              + Words.percent(route.rollout().canary())
              + ", which a higher layer has set, so no step is passed");
    }
    return notes;
  }

  private static List<String> needs(Progress now, Look look, List<WeightCounts> counts) {
    if (now.stage() != Stage.RUNNING) {
      return switch (now.stage()) {
        case HELD, PAUSED -> List.of(ReleaseReports.NEEDS_RESUME);
        case AWAITING -> List.of("a person commands next or promote");
        default -> List.of();
      };
    }
    ReleaseStep step = look.steps().present(now.weight());
    return Outlook.needs(
        counts,
        look.config().judge(),
        new Outlook.Step(
            now.weight(),
            step.minClients(),
            Math.max(0, look.canaryClients() - now.stepClients()),
            step.minDuration(),
            Duration.ofMillis(look.stepMillis())));
  }

  private static ReleaseReports.Counts counts(WeightCounts each) {
    return new ReleaseReports.Counts(
        each.weight(),
        each.canaryClients(),
        each.newMain(),
        each.canaryFailed(),
        each.mainFailed());
  }

  private static ReleaseReports.Evidence evidence(Evidence evidence, JudgeSettings judge) {
    return new ReleaseReports.Evidence(
        evidence.revert(),
        -Math.log(judge.falseAlarm()),
        evidence.failures(),
        evidence.latency(),
        evidence.pass(),
        evidence.absolute(),
        -Math.log(judge.confidence()),
        evidence.ratio(),
        Evidence.RATIO_AT);
  }

  private static ReleaseReports.Rehearsals rehearsals(Progress progress) {
    Rehearsals ended = progress.rehearsals();
    return new ReleaseReports.Rehearsals(ended.promoted(), ended.reverted(), ended.held());
  }
}
