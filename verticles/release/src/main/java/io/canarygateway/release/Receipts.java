package io.canarygateway.release;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.canarygateway.judge.Evidence;
import io.canarygateway.judge.JudgeSettings;
import io.canarygateway.judge.LatencyBounds;
import io.canarygateway.judge.WeightCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads receipts that anybody may have written. */
public final class Receipts {

  private static final int MAX_CHARS = 1 << 20;

  private static final int MAX_DEPTH = 12;
  private static final int MAX_NUMBER = 40;
  private static final int MOST_RECEIPTS = 1_000;
  private static final int MOST_WEIGHTS = 1_000;
  private static final int LONGEST_NAME = 200;
  private static final int LONGEST_REASON = 2_000;
  private static final int MOST_STEPS = 100;

  /** The sum of all counts stays a long. */
  private static final long MOST = 1_000_000_000_000L;

  private static final long MOST_MILLIS = 1L << 50;
  private static final String RECEIPT = "receipt";
  private static final String RECEIPTS = "receipts";

  private static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxNumberLength(MAX_NUMBER)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Receipts() {}

  /**
   * Reads one receipt.
   *
   * @param json the receipt as JSON, at most 2^20 characters
   * @return the receipt
   * @throws IllegalArgumentException if it is no receipt; the message is one line that names the
   *     member, its value and what was expected
   */
  public static Receipt parse(String json) {
    return receipt(tree(json));
  }

  /**
   * Reads several receipts.
   *
   * @param json a receipt, a list of receipts, or an object whose member {@code receipts} is a list
   *     of receipts, such as the answer of {@code /api/v1/releases/ROUTE}; at most 2^20 characters
   * @return the receipts, at least one
   * @throws IllegalArgumentException if one of them is no receipt; the message is one line
   */
  public static List<Receipt> parseAll(String json) {
    JsonNode tree = tree(json);
    JsonNode list = tree.isObject() && tree.has(RECEIPTS) ? tree.get(RECEIPTS) : tree;
    if (!list.isArray()) {
      return List.of(receipt(tree));
    }
    if (list.isEmpty() || list.size() > MOST_RECEIPTS) {
      throw new IllegalArgumentException(
          RECEIPTS
              + ": a list of "
              + list.size()
              + " (expected 1 to "
              + MOST_RECEIPTS
              + " receipts)");
    }
    List<Receipt> receipts = new ArrayList<>();
    for (JsonNode each : list) {
      try {
        receipts.add(receipt(each.isTextual() ? tree(each.textValue()) : each));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            RECEIPTS + "[" + receipts.size() + "]: " + e.getMessage(), e);
      }
    }
    return receipts;
  }

  private static JsonNode tree(String json) {
    if (json.length() > MAX_CHARS) {
      throw new IllegalArgumentException(
          RECEIPT
              + ": "
              + json.length()
              + " characters (expected at most "
              + MAX_CHARS
              + " characters)");
    }
    try {
      JsonNode tree = JSON.readTree(json);
      if (tree == null || tree.isMissingNode()) {
        throw ReceiptMembers.fault(RECEIPT, null, "JSON");
      }
      return tree;
    } catch (JsonProcessingException e) {
      String place =
          e.getLocation() == null
              ? "a text that is no JSON"
              : "line " + e.getLocation().getLineNr() + " column " + e.getLocation().getColumnNr();
      throw new IllegalArgumentException(
          RECEIPT + ": " + place + " (expected JSON with each member once)", e);
    }
  }

  private static Receipt receipt(JsonNode tree) {
    ReceiptMembers members =
        new ReceiptMembers(
            "",
            tree,
            Set.of(
                "format",
                "route",
                "version",
                "verdict",
                "by",
                "observed",
                "reason",
                "step",
                "weight",
                "judge",
                "counts",
                "evidence",
                "revision",
                "node",
                "started_millis",
                "step_since_millis",
                "at_millis"));
    // Older receipts have no such member.
    String by = tree.has("by") ? members.text("by", LONGEST_NAME) : "";
    return new Receipt(
        (int) members.whole("format", Receipt.FORMAT, Receipt.FORMAT),
        members.text("route", LONGEST_NAME),
        members.text("version", LONGEST_NAME),
        members.oneOf("verdict", ReceiptVerdict.words(by.isEmpty())),
        by,
        members.flag("observed"),
        members.text("reason", LONGEST_REASON),
        (int) members.whole("step", 0, MOST_STEPS),
        members.number("weight", 0, 1),
        judge(members),
        counts(members),
        evidence(members),
        members.whole("revision", 0, Long.MAX_VALUE),
        members.text("node", LONGEST_NAME),
        members.whole("started_millis", 0, MOST_MILLIS),
        members.whole("step_since_millis", 0, MOST_MILLIS),
        members.whole("at_millis", 0, MOST_MILLIS));
  }

  private static JudgeSettings judge(ReceiptMembers receipt) {
    ReceiptMembers members =
        receipt.object("judge", Set.of("tolerance", "false_alarm", "confidence", "acceptable"));
    double least = 1e-9;
    double most = 0.5;
    return new JudgeSettings(
        members.number("tolerance", 0.1, 100),
        members.number("false_alarm", least, most),
        members.number("confidence", least, most),
        members.number("acceptable", least, most));
  }

  private static List<WeightCounts> counts(ReceiptMembers receipt) {
    List<WeightCounts> counts =
        receipt.list(
            "counts",
            0,
            MOST_WEIGHTS,
            "a list of at most " + MOST_WEIGHTS + " shares",
            Receipts::weight);
    for (int i = 0; i < counts.size(); i++) {
      double weight = counts.get(i).weight();
      if (counts.subList(0, i).stream().anyMatch(other -> other.weight() == weight)) {
        throw new IllegalArgumentException(
            "counts[" + i + "].weight: " + weight + " (expected each share once)");
      }
    }
    return counts;
  }

  private static WeightCounts weight(String path, JsonNode node) {
    ReceiptMembers members =
        new ReceiptMembers(
            path,
            node,
            Set.of(
                "weight",
                "new_canary",
                "new_main",
                "canary_clients",
                "canary_clients_failed",
                "canary_failed",
                "main_failed",
                "canary_slow",
                "main_slow"));
    return new WeightCounts(
        members.share("weight"),
        members.whole("new_canary", 0, MOST),
        members.whole("new_main", 0, MOST),
        members.whole("canary_clients", 0, MOST),
        members.whole("canary_clients_failed", 0, MOST),
        members.whole("canary_failed", 0, MOST),
        members.whole("main_failed", 0, MOST),
        members.wholes("canary_slow", LatencyBounds.COUNT, 0, MOST),
        members.wholes("main_slow", LatencyBounds.COUNT, 0, MOST));
  }

  private static Evidence evidence(ReceiptMembers receipt) {
    ReceiptMembers members =
        receipt.object(
            "evidence", Set.of("revert", "failures", "latency", "pass", "absolute", "ratio"));
    return new Evidence(
        members.number("revert"),
        members.number("failures"),
        members.number("latency"),
        members.number("pass"),
        members.number("absolute"),
        members.number("ratio"));
  }
}
