package io.canarygateway.release;

import io.canarygateway.judge.Evidence;
import io.canarygateway.judge.JudgeSettings;
import java.util.List;
import java.util.stream.Stream;

/** The verdicts that have a receipt, and the evidence that each of them needs. */
enum ReceiptVerdict {
  PASSED("passed"),
  PROMOTED("promoted"),
  REVERTED("reverted"),
  HELD("held"),

  /** Only a person decides this. */
  PAUSED("paused"),

  /** Only a person decides this. */
  RESUMED("resumed");

  /** The word in a receipt. */
  final String word;

  ReceiptVerdict(String word) {
    this.word = word;
  }

  /** The words that a receipt may have. */
  static List<String> words(boolean ofJudge) {
    return Stream.of(values())
        .filter(each -> !ofJudge || each != PAUSED && each != RESUMED)
        .map(each -> each.word)
        .toList();
  }

  static ReceiptVerdict of(String word) {
    return Stream.of(values()).filter(each -> each.word.equals(word)).findFirst().orElseThrow();
  }

  /**
   * Whether the evidence allows the judge this verdict. A release that has to be reverted can have
   * no other verdict. It is held because the split is wrong, or before its last step, which it
   * could pass.
   */
  boolean follows(Evidence evidence, JudgeSettings judge) {
    boolean reverts = evidence.reverts(judge);
    return switch (this) {
      case REVERTED -> reverts;
      case PASSED, PROMOTED -> !reverts && !evidence.holds() && evidence.passes(judge);
      case HELD -> !reverts && (evidence.holds() || evidence.passes(judge));
      case PAUSED, RESUMED -> false;
    };
  }

  /** What the evidence asks for by itself, in words. */
  static String asked(Evidence evidence, JudgeSettings judge) {
    if (evidence.reverts(judge)) {
      return "it asks to revert";
    }
    if (evidence.holds()) {
      return "it asks to hold the release";
    }
    return evidence.passes(judge) ? "it allows the next step" : "it is not enough for a verdict";
  }
}
