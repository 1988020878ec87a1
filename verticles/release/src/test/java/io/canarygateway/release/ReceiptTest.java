package io.canarygateway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.canarygateway.judge.Evidence;
import io.canarygateway.judge.JudgeSettings;
import io.canarygateway.judge.LatencyBounds;
import io.canarygateway.judge.WeightCounts;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A receipt as anybody can check it: what is printed, and what is no receipt. */
class ReceiptTest {

  private static final JudgeSettings JUDGE = JudgeSettings.DEFAULT;
  private static final List<WeightCounts> FAILING = List.of(counts(0.1, 1_000, 9_000, 12, 4));
  private static final List<WeightCounts> GOOD = List.of(counts(0.1, 9_000, 81_000, 0, 3));
  private static final List<WeightCounts> WRONG_SPLIT = List.of(counts(0.5, 600, 100, 0, 0));

  private static WeightCounts counts(
      double weight, long canary, long main, long canaryFailed, long mainFailed) {
    List<Long> none = Collections.nCopies(LatencyBounds.COUNT, 0L);
    return new WeightCounts(
        weight, canary, main, canary, canaryFailed, canaryFailed, mainFailed, none, none);
  }

  private static Receipt receipt(
      String verdict, String by, List<WeightCounts> counts, Evidence evidence) {
    return new Receipt(
        1,
        "shop",
        "2.4.1",
        verdict,
        by,
        false,
        "canary fails more often than main",
        2,
        0.1,
        JUDGE,
        counts,
        evidence,
        17,
        "node-1",
        1_700_000_000_000L,
        1_700_000_060_000L,
        1_700_000_090_000L);
  }

  private static Receipt receipt(String verdict, List<WeightCounts> counts) {
    return receipt(verdict, "", counts, Evidence.of(counts, JUDGE));
  }

  @Test
  void aReceiptIsReadAsItWasWritten() {
    Receipt receipt = receipt("reverted", FAILING);
    assertThat(Receipts.parse(receipt.toJson())).isEqualTo(receipt);
  }

  @Test
  void theEvidenceIsComputedAnewAndShownInPlainWords() {
    ReceiptCheck check = ReceiptCheck.of(Receipts.parse(receipt("reverted", FAILING).toJson()));
    assertThat(check.same()).isTrue();
    assertThat(check.lines())
        .contains(
            "route shop, version 2.4.1: reverted in step 2 at a share of 10 % for canary,"
                + " 2023-11-14T22:14:50Z",
            "at 10 %: canary 1,000 clients, 12 failed first there; main 9,000 clients, 4 failed"
                + " first there",
            "the same: the evidence was computed anew, and says reverted.")
        .anyMatch(line -> line.matches("against canary: e\\^\\d.* = .* : 1, needed 1,000"))
        .anyMatch(line -> line.startsWith("why it holds:") && line.contains("at most 0.001"));
    assertThat(check.lines()).allMatch(line -> line.length() < 250);
  }

  @ParameterizedTest
  @CsvSource({
    "passed, GOOD, true",
    "promoted, GOOD, true",
    "reverted, GOOD, false",
    "held, GOOD, true",
    "held, WRONG_SPLIT, true",
    "passed, WRONG_SPLIT, false",
    "passed, FAILING, false",
    "held, FAILING, false"
  })
  void theVerdictHasToFollowFromTheEvidence(String verdict, String counts, boolean same) {
    List<WeightCounts> all =
        switch (counts) {
          case "GOOD" -> GOOD;
          case "FAILING" -> FAILING;
          default -> WRONG_SPLIT;
        };
    ReceiptCheck check = ReceiptCheck.of(receipt(verdict, all));
    assertThat(check.same()).isEqualTo(same);
    assertThat(check.lines().get(check.lines().size() - 1)).startsWith(same ? "the same" : "NOT");
  }

  @ParameterizedTest
  @CsvSource({"promoted, it asks to revert", "reverted, it asks to revert", "paused, it asks"})
  void aPersonMayDecideOtherwiseThanTheEvidence(String verdict, String asked) {
    Receipt receipt = receipt(verdict, "ops", FAILING, Evidence.of(FAILING, JUDGE));
    ReceiptCheck check = ReceiptCheck.of(Receipts.parse(receipt.toJson()));
    assertThat(check.same()).isTrue();
    assertThat(check.lines().get(0)).contains(": " + verdict + " by ops in step 2");
    assertThat(check.lines().get(check.lines().size() - 1))
        .startsWith("the same: the evidence was computed anew. It was decided by ops.")
        .contains(asked);
    Evidence forged = Evidence.of(GOOD, JUDGE);
    assertThat(ReceiptCheck.of(receipt(verdict, "ops", FAILING, forged)).same()).isFalse();
  }

  @Test
  void anOlderReceiptIsOneOfTheJudge() {
    Receipt receipt = receipt("reverted", FAILING);
    String json = receipt.toJson();
    assertThat(json).contains("\"by\":\"\",");
    assertThat(Receipts.parse(json.replace("\"by\":\"\",", ""))).isEqualTo(receipt);
  }

  @Test
  void evidenceThatDoesNotComeFromTheCountsIsNotTheSame() {
    Evidence computed = Evidence.of(FAILING, JUDGE);
    Evidence forged =
        new Evidence(
            computed.revert() + 1e-6,
            computed.failures(),
            computed.latency(),
            computed.pass(),
            computed.absolute(),
            computed.ratio());
    ReceiptCheck check = ReceiptCheck.of(receipt("reverted", "", FAILING, forged));
    assertThat(check.same()).isFalse();
    assertThat(check.lines())
        .anyMatch(
            line -> line.contains("; the receipt says e^") && line.contains(" instead of e^"));
  }

  @Test
  void listsAndAnswersOfTheApiHoldSeveralReceipts() {
    String one = receipt("reverted", FAILING).toJson();
    String other = receipt("passed", GOOD).toJson();
    assertThat(Receipts.parseAll(one)).hasSize(1);
    assertThat(Receipts.parseAll("[" + one + "," + other + "]")).hasSize(2);
    assertThat(Receipts.parseAll("{\"state\": \"running\", \"receipts\": [" + other + "]}"))
        .containsExactly(Receipts.parse(other));
    assertThatThrownBy(() -> Receipts.parseAll("[]"))
        .hasMessageStartingWith("receipts: a list of 0");
    assertThatThrownBy(() -> Receipts.parseAll("[" + one + ",{}]"))
        .hasMessageStartingWith("receipts[1]: format: nothing");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "1",
        "[1]",
        "{",
        "{}x",
        "{\"format\": 1, \"format\": 1}",
        "[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]",
        "{\"format\": 99999999999999999999999999999999999999999999999999999999999999999999}",
        "\u0000"
      })
  void whatIsNoReceiptIsOneLine(String json) {
    for (String text : List.of(json, "[" + json + "]")) {
      assertThatThrownBy(() -> Receipts.parseAll(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("(expected ")
          .hasMessageNotContaining("\n");
    }
  }

  @Test
  void aReceiptHasALongestText() {
    assertThatThrownBy(() -> Receipts.parse(" ".repeat((1 << 20) + 1)))
        .hasMessage("receipt: 1048577 characters (expected at most 1048576 characters)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"format\":1|\"format\":2|format: 2 (expected a whole number, 1 to 1)",
        "\"format\":1|\"format\":1,\"x\\u001b\":3|x?: 3 (expected no such member)",
        "\"route\":\"shop\",||route: nothing (expected a line of at most 200 characters)",
        "\"shop\"|\"\\u001b[2J\"|route: \"\\u001B[2J\" (expected a line of at most 200 characters)",
        "\"reverted\"|\"won\"|verdict: \"won\" (expected one of passed, promoted, reverted, held)",
        "\"reverted\"|\"paused\"|verdict: \"paused\" (expected one of passed, promoted, reverted, held)",
        "\"by\":\"\"|\"by\":null|by: null (expected a line of at most 200 characters)",
        "\"observed\":false|\"observed\":0|observed: 0 (expected true or false)",
        "\"step\":2|\"step\":2.0|step: 2.0 (expected a whole number, 0 to 100)",
        "\"tolerance\":1.5|\"tolerance\":0|judge.tolerance: 0 (expected a number, 0.1 to 100.0)",
        "\"tolerance\":1.5|\"tolerance\":\"NaN\"|judge.tolerance: \"NaN\" (expected a finite number)",
        "\"new_main\":9000|\"new_main\":-1|counts[0].new_main: -1 (expected a whole number, 0 to 1000000000000)",
        "\"new_main\":9000|\"new_main\":9e3|counts[0].new_main: 9000.0 (expected a whole number, 0 to 1000000000000)",
        "\"weight\":0.1,\"new_|\"weight\":1,\"new_|counts[0].weight: 1 (expected a number above 0 and below 1)",
        "\"main_slow\":[0,|\"main_slow\":[|counts[0].main_slow: a list of 32 (expected a list of 33)",
        "\"main_slow\":[0,|\"main_slow\":[null,|counts[0].main_slow[0]: null (expected a whole number, 0 to 1000000000000)",
        "\"ratio\":|\"ratio\":1e999,\"x\":|evidence.x: ",
        "\"node-1\"|7|node: 7 (expected a line of at most 200 characters)"
      })
  void aFaultNamesTheMemberTheValueAndWhatWasExpected(String good, String bad, String message) {
    String json = receipt("reverted", FAILING).toJson();
    assertThat(json).contains(good);
    assertThatThrownBy(() -> Receipts.parse(json.replace(good, bad == null ? "" : bad)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message)
        .hasMessageNotContaining("\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\u009b31m", "a\\u0085b", "a\\u2028b", "a\\u202eb", "\\n", "\\u007f"})
  void whatControlsATerminalIsRefused(String version) {
    String json = receipt("passed", GOOD).toJson();
    assertThatThrownBy(() -> Receipts.parse(json.replace("2.4.1", version)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("version: ");
  }

  @Test
  void aVersionMayHave200Characters() {
    String json = receipt("passed", GOOD).toJson();
    String emoji = "\uD83D\uDE80";
    assertThat(Receipts.parse(json.replace("2.4.1", emoji.repeat(200))).version())
        .isEqualTo(emoji.repeat(200));
    assertThatThrownBy(() -> Receipts.parse(json.replace("2.4.1", emoji.repeat(201))))
        .hasMessageStartingWith("version: ");
  }

  @Test
  void eachShareIsThereOnce() {
    List<WeightCounts> twice = List.of(FAILING.get(0), FAILING.get(0));
    assertThatThrownBy(() -> Receipts.parse(receipt("reverted", twice).toJson()))
        .hasMessage("counts[1].weight: 0.1 (expected each share once)");
  }
}
