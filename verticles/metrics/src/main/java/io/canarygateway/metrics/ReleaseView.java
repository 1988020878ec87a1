package io.canarygateway.metrics;

import io.canarygateway.config.ReleaseStep;
import io.canarygateway.message.ReleaseReports;
import io.canarygateway.message.ReleaseReports.Evidence;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The release of one route, as the page shows it.
 *
 * @param steps the steps with their share of clients
 * @param odds the evidence
 * @param counts the counted clients by canary's share
 * @param needs what is still needed to pass the step
 * @param actions what a person may do now
 */
record ReleaseView(
    String version,
    String mode,
    String state,
    String reason,
    String started,
    String stepSince,
    String weight,
    int step,
    List<Step> steps,
    List<Odds> odds,
    List<Count> counts,
    List<String> needs,
    Set<String> actions) {

  /**
   * One step.
   *
   * @param place {@code done}, {@code now} or {@code next}
   */
  record Step(String weight, String place) {}

  /**
   * Evidence for one decision.
   *
   * @param question the claim that is tested
   * @param now the odds now
   * @param then the odds at which something happens
   * @param effect what happens then
   * @param part the part of the way, 0 to 100
   */
  record Odds(String question, String now, String then, String effect, long part) {}

  /** Clients that were counted while canary had one share. */
  record Count(String weight, String canary, String main) {}

  static ReleaseView of(ReleaseReports.OfRoute release, List<ReleaseStep> steps, long nowMillis) {
    return new ReleaseView(
        release.version(),
        release.mode(),
        release.state(),
        release.reason(),
        PageText.time(release.startedMillis()),
        PageText.since(release.stepSinceMillis(), nowMillis),
        PageText.share(release.weightInForce()),
        release.step(),
        steps(release, steps),
        odds(release.evidence()),
        release.counts().stream().map(ReleaseView::count).toList(),
        release.needs(),
        actions(release));
  }

  private static List<Step> steps(ReleaseReports.OfRoute release, List<ReleaseStep> steps) {
    List<Step> views = new ArrayList<>();
    for (ReleaseStep step : steps) {
      int number = views.size() + 1;
      String place =
          number < release.step() || release.state().equals("promoted")
              ? "done"
              : number == release.step() ? "now" : "next";
      views.add(new Step(PageText.share(step.weight()), place));
    }
    return views;
  }

  private static List<Odds> odds(Evidence evidence) {
    return List.of(
        odds("canary is worse", evidence.revert(), evidence.revertAt(), "reverts"),
        odds(
            "canary is good enough",
            Math.max(evidence.pass(), evidence.absolute()),
            evidence.passAt(),
            "passes the step"),
        odds("the split is not as asked", evidence.ratio(), evidence.ratioAt(), "holds"));
  }

  private static Odds odds(String question, double now, double then, String effect) {
    double part = then > 0 && now > 0 ? Math.min(1, now / then) : 0;
    return new Odds(
        question, PageText.odds(now), PageText.odds(then), effect, Math.round(part * 100));
  }

  private static Count count(ReleaseReports.Counts counts) {
    return new Count(
        PageText.share(counts.weight()),
        failed(counts.canaryFailed(), counts.canaryClients()),
        failed(counts.mainFailed(), counts.mainClients()));
  }

  private static String failed(long failed, long clients) {
    return PageText.count(failed) + " of " + PageText.count(clients);
  }

  /** What the release's state allows; the release itself has the last word. */
  private static Set<String> actions(ReleaseReports.OfRoute release) {
    if (release.mode().equals("observe")) {
      return Set.of();
    }
    return switch (release.state()) {
      case "running" -> Set.of("pause", "next", "promote", "revert");
      case "held" ->
          isHeldBySplit(release)
              ? Set.of("resume", "next", "promote", "revert")
              : Set.of("next", "promote", "revert");
      case "paused" -> Set.of("resume", "next", "promote", "revert");
      case "promoted" -> Set.of("revert");
      case "reverted" -> Set.of("resume");
      default -> Set.of();
    };
  }

  /**
   * Whether a release is held because of its split; else only its last step is left. Its evidence
   * may have changed since.
   */
  private static boolean isHeldBySplit(ReleaseReports.OfRoute release) {
    return release.needs().contains(ReleaseReports.NEEDS_RESUME);
  }
}
