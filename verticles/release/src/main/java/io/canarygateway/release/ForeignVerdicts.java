package io.canarygateway.release;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.canarygateway.message.ReleaseVerdict;

/** Follows the reverts of other nodes at once, before the store tells of them. */
final class ForeignVerdicts {

  private static final int MOST_RECEIPT = 64 << 10;
  private static final int MOST_TEXT = 300;
  private static final ObjectMapper JSON = new ObjectMapper();

  private ForeignVerdicts() {}

  /** Whether a verdict is a revert that changes something. */
  static boolean isRevert(ReleaseVerdict verdict) {
    return !verdict.observed()
        && verdict.verdict().equals(Verdict.REVERTED.text())
        && verdict.receipt().length() <= MOST_RECEIPT
        && verdict.by().length() <= MOST_TEXT;
  }

  /** Follows a revert. */
  static void follow(ReleaseVerdict verdict, RouteRelease release) {
    release.revertedElsewhere(verdict.by(), reason(verdict), verdict.receipt(), verdict.atMillis());
  }

  /** The reason in the receipt, so that all nodes tell the same. */
  private static String reason(ReleaseVerdict verdict) {
    String reason = "";
    if (!verdict.receipt().isEmpty()) {
      try {
        reason = JSON.readTree(verdict.receipt()).path("reason").asText();
      } catch (JsonProcessingException e) {
        reason = ""; // The node's word counts; its receipt only explains it.
      }
    }
    if (reason.isEmpty()) {
      reason = "another node has reverted canary";
    }
    return reason.substring(0, Math.min(MOST_TEXT, reason.length()));
  }
}
