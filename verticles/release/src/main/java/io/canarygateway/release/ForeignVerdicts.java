package io.canarygateway.release;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.canarygateway.message.ReleaseVerdict;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows the reverts of other nodes at once, before the store tells of them. */
final class ForeignVerdicts {

  private static final Logger LOG = LoggerFactory.getLogger(ForeignVerdicts.class);

  private static final int MOST_RECEIPT = 64 << 10;
  private static final int MOST_TEXT = 300;

  /** So far the clocks of two nodes may differ. */
  private static final long CLOCKS_DIFFER_MS = 5_000;

  private static final ObjectMapper JSON = new ObjectMapper();

  private ForeignVerdicts() {}

  /** Whether a verdict is a revert that changes something. */
  static boolean isRevert(ReleaseVerdict verdict) {
    return !verdict.observed()
        && verdict.verdict().equals(Verdict.REVERTED.text())
        && verdict.receipt().length() <= MOST_RECEIPT
        && verdict.by().length() <= MOST_TEXT;
  }

  /** Reads a verdict as if it was to be followed. */
  static void rehearse(ReleaseVerdict verdict) {
    if (isRevert(verdict)) {
      reason(receipt(verdict));
    }
  }

  /** Follows a revert. */
  static void follow(ReleaseVerdict verdict, RouteRelease release) {
    LOG.info(
        "node {} has reverted release {} of {}",
        verdict.node(),
        verdict.version(),
        Words.route(verdict.route()));
    JsonNode receipt = receipt(verdict);
    release.revertedElsewhere(
        verdict.by(),
        reason(receipt),
        verdict.receipt(),
        verdict.atMillis(),
        now -> isOfRun(now, receipt, verdict.atMillis()));
  }

  /** A node's verdict counts also if its receipt cannot be read, which only explains it. */
  private static JsonNode receipt(ReleaseVerdict verdict) {
    try {
      return JSON.readTree(verdict.receipt());
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  /**
   * Whether a revert was one of a run, and not of an earlier one. A receipt says when its run
   * began. An older node sends none for a person's revert.
   */
  private static boolean isOfRun(Progress run, JsonNode receipt, long atMillis) {
    return receipt.has("started_millis")
        ? receipt.path("started_millis").asLong(-1) == run.startedMillis()
        : atMillis >= run.startedMillis() - CLOCKS_DIFFER_MS;
  }

  /** The reason in the receipt, so that all nodes tell the same. */
  private static String reason(JsonNode receipt) {
    String reason = receipt.path("reason").asText();
    if (reason.isEmpty()) {
      reason = "another node has reverted canary";
    }
    return reason.substring(0, Math.min(MOST_TEXT, reason.length()));
  }
}
