package io.canarygateway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.canarygateway.judge.LatencyBounds;
import io.canarygateway.judge.Outcome;
import io.canarygateway.judge.Tally;
import io.canarygateway.judge.WeightCounts;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoredReleaseTest {

  private static final List<Long> NO_SLOW = Collections.nCopies(LatencyBounds.COUNT, 0L);

  static StoredRelease release() {
    return StoredRelease.of(
            Progress.begin("v2", false, 1, 0.05, 1_000, Rehearsals.NONE).explained("ops", "why"),
            Tally.of(
                List.of(new WeightCounts(0.05, 10, 190, 12, 2, 1, 3, NO_SLOW, NO_SLOW)),
                new long[] {5, -7},
                new byte[0]),
            List.of("{}"))
        .as(3, "n1:4");
  }

  @Test
  void aStateSurvives() {
    StoredRelease read = StoredRelease.parse(release().text());
    assertThat(read).isEqualTo(release());
    assertThat(read.failedClients()).containsExactly(5, -7);
  }

  /** After the state was deleted, the numbers of runs begin anew. */
  @Test
  void aRunIsKnownByItsNumberAndItsBegin() {
    Progress one = release().progress();
    assertThat(one.isRunOf(one.to(Stage.PAUSED))).isTrue();
    Progress anew = Progress.begin("v2", false, 1, 0.05, 2_000, Rehearsals.NONE);
    assertThat(one.isRunOf(anew)).isFalse();
    Revert revert = new Revert(one.to(Stage.REVERTED), new Tally(), "");
    assertThat(revert.isSettled(StoredRelease.of(one, new Tally(), List.of()))).isFalse();
    assertThat(revert.isSettled(StoredRelease.of(anew, new Tally(), List.of()))).isTrue();
  }

  /** Otherwise a client that comes again would count as a new one after each restart. */
  @Test
  void aClientThatWasSeenDoesNotCountAgain() {
    Tally tally = new Tally();
    byte onCanary = Outcome.of(true, false, 0);
    for (int i = 0; i < 1_000; i++) {
      tally.add(0.05, Double.doubleToLongBits(i / 1_000.0), onCanary);
    }
    StoredRelease stored = StoredRelease.of(release().progress(), tally, List.of());
    Tally read = StoredRelease.parse(stored.text()).tally();
    for (int i = 0; i < 1_000; i++) {
      read.add(0.05, Double.doubleToLongBits(i / 1_000.0), onCanary);
    }
    assertThat(read.counts()).isEqualTo(tally.counts());
  }

  @Test
  void aStateWithBrokenClientsIsRefused() {
    String broken = release().text().replaceFirst("\"seen\":\"[^\"]*\"", "\"seen\":\"AAAA\"");
    assertThatThrownBy(() -> StoredRelease.parse(broken))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aStateOfTheFirstFormatIsReadWithoutItsClients() {
    String before =
        release()
            .text()
            .replace("\"format\":3", "\"format\":1")
            .replaceFirst("\"seen\":\"[^\"]*\"", "\"seen\":\"AAAA\"");
    StoredRelease read = StoredRelease.parse(before);
    assertThat(read.progress()).isEqualTo(release().progress());
    assertThat(read.counts()).isEqualTo(release().counts());
    assertThat(StoredRelease.parse(read.text())).isEqualTo(read);
  }

  @Test
  void aStateOfTheSecondFormatGoesOnWithItsClients() {
    Tally tally = new Tally(0);
    tally.add(0.1, Double.doubleToLongBits(0.05), Outcome.of(true, true, 0));
    StoredRelease now = StoredRelease.of(release().progress(), tally, List.of()).as(3, "n1:4");
    byte[] seen = Base64.getDecoder().decode(now.seen());
    String withoutSecret =
        Base64.getEncoder().encodeToString(Arrays.copyOfRange(seen, Long.BYTES, seen.length));
    String before =
        now.text().replace("\"format\":3", "\"format\":2").replace(now.seen(), withoutSecret);
    assertThat(StoredRelease.parse(before)).isEqualTo(now);
  }

  @Test
  void theFormatIsKept() {
    assertThat(release().text())
        .startsWith(
            "{\"format\":3,\"sequence\":3,\"writer\":\"n1:4\",\"progress\":{\"version\":\"v2\","
                + "\"observed\":false,\"run\":1,\"stage\":\"running\",\"weight\":0.05,"
                + "\"reached\":0.05,\"started_millis\":1000,\"step_since_millis\":1000,"
                + "\"step_clients\":0,\"ratio_resets\":0,\"by\":\"ops\",\"reason\":\"why\","
                + "\"rehearsals\":{\"promoted\":0,\"reverted\":0,\"held\":0}},\"counts\":[{");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"format\":3|\"format\":4",
        "\"format\":3|\"format\":0",
        "\"stage\":\"running\"|\"stage\":\"promoted\"",
        "\"stage\":\"running\"|\"stage\":\"reverted\"",
        "\"stage\":\"running\"|\"stage\":\"odd\"",
        "\"stage\":\"running\",|",
        "\"weight\":0.05,\"reached\"|\"weight\":1.5,\"reached\"",
        "\"weight\":0.05,\"reached\"|\"weight\":\"NaN\",\"reached\"",
        "\"weight\":0.05,\"reached\"|\"weight\":0.06,\"reached\"",
        "\"run\":1|\"run\":0",
        "\"run\":1|\"run\":1.5",
        "\"run\":1|\"run\":1,\"more\":1",
        "\"new_canary\":10|\"new_canary\":-1",
        "\"new_canary\":10|\"new_canary\":null",
        "\"canary_slow\":[0,|\"canary_slow\":[",
        "\"failed\":\"|\"failed\":\"A",
        "\"version\":\"v2\"|\"version\":\"\"",
        "\"receipts\":[\"{}\"]}|\"receipts\":[\"{}\"]} {}",
        "\"receipts\":[\"{}\"]|\"receipts\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\"]"
      })
  void impossibleStatesAreRefused(String member, String other) {
    String text = release().text();
    assertThat(text).contains(member);
    String changed = text.replace(member, other == null ? "" : other);
    assertThatThrownBy(() -> StoredRelease.parse(changed))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("\n\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "[]", "null", "{}", "1"})
  void otherTextsAreRefused(String text) {
    assertThatThrownBy(() -> StoredRelease.parse(text))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void onlySoManyReceiptsAreKept() {
    List<String> five = List.of("1", "2", "3", "4", "5");
    assertThat(StoredRelease.receipts("0", five)).containsExactly("0", "1", "2", "3", "4");
    assertThat(StoredRelease.receipts("", five)).isEqualTo(five);
    String large = "x".repeat(60 << 10);
    assertThat(StoredRelease.receipts(large, List.of(large, "1"))).containsExactly(large);
  }

  @Test
  void theLargestStateFitsIntoAStore() {
    List<Long> many = Collections.nCopies(LatencyBounds.COUNT, 100_000_000L);
    List<WeightCounts> counts =
        IntStream.range(1, 129)
            .mapToObj(i -> new WeightCounts(i / 129.0, 1L << 40, 1L << 40, 9, 9, 9, 9, many, many))
            .toList();
    Tally tally = Tally.of(counts, new long[0], new byte[0]);
    for (int i = 0; i < 200_000; i++) {
      tally.add(1 / 129.0, Double.doubleToLongBits(i / 200_000.0), Outcome.of(true, true, 3));
    }
    StoredRelease largest =
        StoredRelease.of(release().progress(), tally, List.of("x".repeat(64 << 10)));
    assertThat(largest.failedClients()).hasSizeGreaterThan(StoredRelease.MOST_FAILED / 3);
    assertThat(largest.seen()).hasSizeGreaterThan(StoredRelease.MOST_SEEN_BYTES);
    assertThat(largest.text().length()).isLessThan(256 << 10);
  }
}
