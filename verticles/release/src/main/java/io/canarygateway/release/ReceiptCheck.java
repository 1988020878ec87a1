package io.canarygateway.release;

import io.canarygateway.judge.Evidence;
import io.canarygateway.judge.JudgeSettings;
import io.canarygateway.judge.WeightCounts;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The result of a check: the evidence of a receipt was computed anew from its counts. Immutable.
 *
 * @param same whether it is the evidence of the receipt, and the verdict follows from it or is that
 *     of a person
 * @param lines the counts, the evidence and the conclusion, for people
 */
public record ReceiptCheck(boolean same, List<String> lines) {

  /**
   * Copies the list.
   *
   * @param same whether the evidence says the same
   * @param lines the lines
   */
  public ReceiptCheck {
    lines = List.copyOf(lines);
  }

  /**
   * Checks a receipt.
   *
   * @param receipt the receipt
   * @return the result
   */
  public static ReceiptCheck of(Receipt receipt) {
    return new Computation(receipt).check();
  }

  /** Computes the evidence of a receipt anew, and says in plain words what it comes to. */
  private static final class Computation {
    private static final double PRECISION = 1e-9;
    private static final double PERCENT = 100;

    /** Beyond e^27 and e^-27 a number is written by its exponent only. */
    private static final double LARGEST_SHOWN = Math.log(1e12);

    private final Receipt receipt;
    private final JudgeSettings judge;
    private final Evidence anew;
    private final List<String> lines = new ArrayList<>();

    /** Whether all evidence so far is that of the receipt. */
    private boolean computedSame = true;

    Computation(Receipt receipt) {
      this.receipt = receipt;
      this.judge = receipt.judge();
      this.anew = Evidence.of(receipt.counts(), judge);
    }

    private ReceiptCheck check() {
      head();
      receipt.counts().forEach(this::counts);
      double revertAt = -Math.log(judge.falseAlarm());
      double passAt = -Math.log(judge.confidence());
      evidence(
          "against canary",
          receipt.evidence().revert(),
          anew.revert(),
          ", needed " + number(Math.exp(revertAt)));
      evidence("  by failures", receipt.evidence().failures(), anew.failures(), "");
      evidence("  by latency", receipt.evidence().latency(), anew.latency(), "");
      evidence(
          "for canary beside main",
          receipt.evidence().pass(),
          anew.pass(),
          ", needed " + number(Math.exp(passAt)));
      evidence(
          "for canary by itself",
          receipt.evidence().absolute(),
          anew.absolute(),
          ", needed " + number(Math.exp(passAt)));
      evidence(
          "against the split",
          receipt.evidence().ratio(),
          anew.ratio(),
          ", needed " + number(Math.exp(Evidence.RATIO_AT)));
      why();
      return new ReceiptCheck(conclude(), lines);
    }

    private void head() {
      lines.add(
          "%s, version %s: %s%s%s in step %d at a share of %s for canary, %s"
              .formatted(
                  receipt.route().isEmpty() ? "default route" : "route " + receipt.route(),
                  receipt.version(),
                  receipt.observed() ? "would have been " : "",
                  receipt.verdict(),
                  receipt.by().isEmpty() ? "" : " by " + receipt.by(),
                  receipt.step(),
                  percent(receipt.weight()),
                  Instant.ofEpochMilli(receipt.atMillis())));
    }

    private void counts(WeightCounts each) {
      lines.add(
          String.format(
              Locale.ROOT,
              "at %s: canary %,d clients, %,d failed first there; main %,d clients, %,d failed first"
                  + " there",
              percent(each.weight()),
              each.canaryClients(),
              each.canaryFailed(),
              each.newMain(),
              each.mainFailed()));
    }

    private void evidence(String name, double claimed, double computed, String needed) {
      boolean same = Math.abs(claimed - computed) <= PRECISION * Math.max(1, Math.abs(computed));
      computedSame = computedSame && same;
      String difference =
          String.format(
              Locale.ROOT, "; the receipt says e^%.9f instead of e^%.9f", claimed, computed);
      lines.add(name + ": " + odds(computed) + needed + (same ? "" : difference));
    }

    private void why() {
      lines.add(
          String.format(
              Locale.ROOT,
              "why it holds: while canary fails, or is slow, at most %s times as often as main, the"
                  + " chance that the number against it ever reaches %s is at most %s, however often"
                  + " one looks (Ville's inequality).",
              plain(judge.tolerance()),
              number(1 / judge.falseAlarm()),
              plain(judge.falseAlarm())));
    }

    private boolean conclude() {
      boolean person = !receipt.by().isEmpty();
      boolean follows = person || ReceiptVerdict.of(receipt.verdict()).follows(anew, judge);
      if (!computedSame) {
        lines.add("NOT the same: the receipt's evidence does not come from its counts.");
      }
      if (!follows) {
        lines.add(
            "NOT the same: the verdict is %s, but the evidence says otherwise: %s."
                .formatted(receipt.verdict(), ReceiptVerdict.asked(anew, judge)));
      }
      if (computedSame && person) {
        lines.add(
            "the same: the evidence was computed anew. It was decided by %s. The evidence: %s."
                .formatted(receipt.by(), ReceiptVerdict.asked(anew, judge)));
      } else if (computedSame && follows) {
        lines.add("the same: the evidence was computed anew, and says " + receipt.verdict() + ".");
      }
      return computedSame && follows;
    }

    private static String odds(double log) {
      String exponent = String.format(Locale.ROOT, "e^%.1f", log);
      return Math.abs(log) > LARGEST_SHOWN
          ? exponent + " : 1"
          : exponent + " = " + number(Math.exp(log)) + " : 1";
    }

    /** A number with two digits that count. */
    private static String number(double value) {
      BigDecimal rounded = BigDecimal.valueOf(value).round(new MathContext(2));
      return String.format(
          Locale.ROOT, "%,." + Math.max(0, rounded.stripTrailingZeros().scale()) + "f", rounded);
    }

    private static String plain(double value) {
      return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }

    private static String percent(double share) {
      return String.format(Locale.ROOT, "%.4g", share * PERCENT).replaceAll("\\.?0+$", "") + " %";
    }
  }
}
