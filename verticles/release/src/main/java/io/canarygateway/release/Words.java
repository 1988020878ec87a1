package io.canarygateway.release;

import io.canarygateway.judge.Evidence;
import io.canarygateway.judge.JudgeSettings;
import io.canarygateway.judge.LatencyBounds;
import io.canarygateway.judge.WeightCounts;
import io.canarygateway.release.Transitions.Look;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/** Sentences about releases for logs, receipts and reports. */
final class Words {

  /** Odds above this are told as a power of ten. */
  private static final double LARGE = Math.log(1e9);

  /** A character that ends a line, controls a terminal, or turns the direction of a text. */
  static final String NOT_OF_A_LINE =
      "[\\x00-\\x1f\\x7f-\\x9f\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]";

  private Words() {}

  /** A route as the subject of a sentence. */
  static String route(String name) {
    return name.isEmpty() ? "the default route" : "route " + name;
  }

  /** A share such as {@code 5 %}. */
  static String percent(double share) {
    return BigDecimal.valueOf(share)
            .movePointRight(2)
            .round(new MathContext(6, RoundingMode.HALF_UP))
            .stripTrailingZeros()
            .toPlainString()
        + " %";
  }

  /** Evidence as odds such as {@code 4,100 : 1}. */
  static String odds(double log) {
    if (log >= LARGE) {
      return "10^" + (long) (log / Math.log(10)) + " : 1";
    }
    double odds = Math.exp(log);
    if (odds < 10) {
      return String.format(Locale.ROOT, "%.1f : 1", odds);
    }
    long rounded =
        BigDecimal.valueOf(odds).round(new MathContext(2, RoundingMode.HALF_UP)).longValue();
    return number(rounded) + " : 1";
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** Why a verdict was given. */
  static String reason(Verdict verdict, Stage stage, List<WeightCounts> counts, Look look) {
    Evidence evidence = look.evidence();
    JudgeSettings judge = look.config().judge();
    if (verdict == Verdict.REVERTED) {
      boolean slow = evidence.latency() > evidence.failures() + Math.log(2);
      return (slow ? slow(counts) : failed(counts))
          + against(evidence.revert(), -Math.log(judge.falseAlarm()));
    }
    if (verdict == Verdict.HELD && stage == Stage.HELD) {
      return number(sum(counts, WeightCounts::newCanary))
          + " new clients on canary and "
          + number(sum(counts, WeightCounts::newMain))
          + " on main: the split is not what was asked"
          + against(evidence.ratio(), Evidence.RATIO_AT);
    }
    return failed(counts)
        + (verdict == Verdict.HELD ? "; a person decides about the last step" : "")
        + against(Math.max(evidence.pass(), evidence.absolute()), -Math.log(judge.confidence()));
  }

  private static String against(double log, double needed) {
    return "; evidence " + odds(log) + " against " + odds(needed).replace(" : 1", "");
  }

  private static String failed(List<WeightCounts> counts) {
    return number(sum(counts, WeightCounts::canaryFailed))
        + " of "
        + number(sum(counts, WeightCounts::canaryClients))
        + " canary clients failed, "
        + ofMain(counts, sum(counts, WeightCounts::mainFailed));
  }

  /** Counts of main's clients begin anew when a person accepts a split. */
  private static String ofMain(List<WeightCounts> counts, long some) {
    long main = sum(counts, WeightCounts::newMain);
    return number(some) + (main < some ? "" : " of " + number(main)) + " main clients";
  }

  /** The latency bound at which canary differs most from its share. */
  private static String slow(List<WeightCounts> counts) {
    int worst = 0;
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < LatencyBounds.COUNT; i++) {
      double excess = excess(counts, i);
      if (excess > most) {
        most = excess;
        worst = i;
      }
    }
    int bound = worst;
    return number(sum(counts, each -> each.canarySlow().get(bound)))
        + " of "
        + number(sum(counts, WeightCounts::canaryClients))
        + " canary clients waited longer than "
        + number(LatencyBounds.millis()[bound])
        + " ms, "
        + ofMain(counts, sum(counts, each -> each.mainSlow().get(bound)));
  }

  /** How many standard deviations canary's slow clients are above its share of all. */
  private static double excess(List<WeightCounts> counts, int bound) {
    double above = 0;
    double variance = 0;
    for (WeightCounts each : counts) {
      double canary = each.canarySlow().get(bound);
      double all = canary + each.mainSlow().get(bound);
      above += canary - all * each.weight();
      variance += all * each.weight() * (1 - each.weight());
    }
    return variance == 0 ? 0 : above / Math.sqrt(variance);
  }

  private static long sum(List<WeightCounts> counts, ToLongFunction<WeightCounts> count) {
    return counts.stream().mapToLong(count).sum();
  }
}
