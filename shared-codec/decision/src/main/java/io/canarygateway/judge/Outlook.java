package io.canarygateway.judge;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoublePredicate;

/**
 * What a step of a release still needs to be passed, in sentences for people. It estimates from the
 * rates since the step began, so its numbers move. Nothing is decided by it.
 */
public final class Outlook {

  /** What would take longer is not foreseen. */
  private static final double HORIZON_SECONDS = Duration.ofDays(365).toSeconds();

  /** The closest that clients or seconds are estimated. */
  private static final double SMALLEST = 1e-3;

  /** More clients than any release has. */
  private static final double MOST_CLIENTS = 1e12;

  /**
   * The step that is to be passed.
   *
   * @param weight canary's share of clients in the step
   * @param minClients the fewest canary clients that have to be new in the step
   * @param newClients how many there were
   * @param minDuration the shortest time that the step takes
   * @param elapsed the time since the step began
   */
  public record Step(
      double weight, long minClients, long newClients, Duration minDuration, Duration elapsed) {

    private double perSecond(double count) {
      return count / Math.max(1, elapsed.toMillis() / 1e3);
    }
  }

  private Outlook() {}

  /**
   * Says what is still needed. Example: {@code about 2,300 more clients on canary without a
   * failure: 14 minutes at this rate}.
   *
   * @param counts the counts of all steps
   * @param settings the settings of the judge
   * @param step the step
   * @return one sentence for each thing that is needed, without a full stop; empty if the step can
   *     be passed
   */
  public static List<String> needs(List<WeightCounts> counts, JudgeSettings settings, Step step) {
    List<String> needs = new ArrayList<>();
    Duration left = step.minDuration().minus(step.elapsed());
    if (!left.isNegative() && !left.isZero()) {
      needs.add(
          Phrases.time(left.toMillis() / 1e3)
              + " more, because min-duration is "
              + Phrases.time(step.minDuration().toMillis() / 1e3));
    }
    boolean passes = Evidence.of(counts, settings).passes(settings);
    boolean enough = step.newClients() >= step.minClients();
    if (step.newClients() == 0 && !(passes && enough)) {
      needs.add("no clients are coming to canary");
      return needs;
    }
    double clientsPerSecond = step.perSecond((double) step.newClients());
    if (!enough) {
      long missing = step.minClients() - step.newClients();
      needs.add(
          clients((double) missing, "", clientsPerSecond)
              + ", because min-clients is "
              + Phrases.number(step.minClients()));
    }
    if (!passes) {
      needs.add(evidence(counts, settings, step, clientsPerSecond));
    }
    return needs;
  }

  /** The shorter of two ways: canary has few failures, or fewer than main allows. */
  private static String evidence(
      List<WeightCounts> counts, JudgeSettings settings, Step step, double clientsPerSecond) {
    long clients = counts.stream().mapToLong(WeightCounts::canaryClients).sum();
    long failed = counts.stream().mapToLong(WeightCounts::canaryClientsFailed).sum();
    double asked = -Math.log(settings.confidence());
    double alone =
        least(
            MOST_CLIENTS,
            more ->
                Evidence.absolute(clients + (long) Math.ceil(more), failed, settings.acceptable())
                    >= asked);
    double seconds = secondsUntilBetterThanMain(counts, settings, step);
    if (seconds * clientsPerSecond < alone) {
      return clients(
          seconds * clientsPerSecond, " while both fail as often as now", clientsPerSecond);
    }
    String sentence = clients(alone, " without a failure", clientsPerSecond);
    return failed == 0
        ? sentence
        : "canary fails in "
            + Phrases.number(failed)
            + " of "
            + Phrases.number(clients)
            + " clients; to show that it is below "
            + Phrases.percent(settings.acceptable())
            + " takes "
            + sentence;
  }

  /** Infinite if canary does not fail less than {@code tolerance} times as often as main. */
  private static double secondsUntilBetterThanMain(
      List<WeightCounts> counts, JudgeSettings settings, Step step) {
    if (!(step.weight() > 0 && step.weight() < 1)) {
      return Double.POSITIVE_INFINITY;
    }
    double canary = 0;
    double main = 0;
    for (WeightCounts each : counts) {
      if (each.weight() == step.weight()) {
        canary = step.perSecond((double) each.canaryFailed());
        main = step.perSecond((double) each.mainFailed());
      }
    }
    double canaryPerSecond = canary;
    double mainPerSecond = main;
    return least(
        HORIZON_SECONDS,
        seconds ->
            Evidence.passAfter(
                    counts,
                    settings.tolerance(),
                    step.weight(),
                    canaryPerSecond * seconds,
                    mainPerSecond * seconds)
                >= -Math.log(settings.confidence()));
  }

  /**
   * The least number for which a condition holds that holds for all larger ones, to 1 in a million.
   * The mean of exponentials is convex, so evidence that is too low now crosses the bound once.
   */
  private static double least(double most, DoublePredicate condition) {
    double above = 1;
    while (!condition.test(above)) {
      above *= 2;
      if (above > most) {
        return Double.POSITIVE_INFINITY;
      }
    }
    double below = 0;
    // Without an end of its own it would go on for ever where all but 0 is enough: one more client.
    while (above - below > Math.max(SMALLEST, above * 1e-6)) {
      double middle = (above + below) / 2;
      if (condition.test(middle)) {
        above = middle;
      } else {
        below = middle;
      }
    }
    return above;
  }

  private static String clients(double missing, String condition, double perSecond) {
    long count = (long) Math.ceil(missing);
    return Phrases.about(count)
        + (count == 1 ? " more client on canary" : " more clients on canary")
        + condition
        + ": "
        + Phrases.time(missing / perSecond)
        + " at this rate";
  }
}
