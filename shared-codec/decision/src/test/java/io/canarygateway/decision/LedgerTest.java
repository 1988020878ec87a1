package io.canarygateway.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LedgerTest {

  private static final Voters ONE = new Voters(1, List.of(Set.of("a")));
  private static final Voters THREE = new Voters(3, List.of(Set.of("a", "b", "c")));

  private static Ledger write(Ledger base, String node, long requests, long sequence) {
    return base.write(node, new Share(requests, 0, sequence, 0), THREE, Set.of());
  }

  @Test
  void whatOneNodeHasIsLeftToNobodyElse() {
    Ledger ledger = write(write(Ledger.EMPTY, "a", 7, 1), "b", 5, 1);
    assertThat(ledger.requests()).isEqualTo(12);
    assertThat(ledger.remaining(new BreakerLimits(20, 3))).isEqualTo(new BreakerLimits(8, 3));
    assertThat(ledger.remaining(new BreakerLimits(10, 0))).isEqualTo(new BreakerLimits(0, 0));
    assertThat(write(ledger, "a", 2, 2).remaining(new BreakerLimits(20, 0)).requests())
        .as("given back")
        .isEqualTo(13);
  }

  @Test
  void aLaterStateCoversTheEarlierOne() {
    Ledger first = write(Ledger.EMPTY, "a", 7, 1);
    Ledger second = write(first, "b", 5, 1);
    assertThat(second.covers(first)).isTrue();
    assertThat(first.covers(second)).isFalse();
    assertThat(second.follows(first)).isTrue();
    assertThat(first.mergeWith(second)).isSameAs(second);
    assertThat(second.mergeWith(first)).isSameAs(second);
  }

  @Test
  void ofTwoThatWereCutOffEachNodesLastWordCounts() {
    Ledger common = write(write(Ledger.EMPTY, "a", 7, 1), "b", 5, 1);
    Ledger left = write(common, "a", 10, 2);
    Ledger right = write(common, "b", 2, 2);
    assertThat(left.covers(right) || right.covers(left)).isFalse();
    Ledger merged = left.mergeWith(right);
    assertThat(merged).isEqualTo(right.mergeWith(left));
    assertThat(merged.requests()).isEqualTo(12);
    assertThat(merged.epoch()).isEqualTo(1);
    assertThat(merged.follows(left)).as("a grant of before the merge").isFalse();
    assertThat(merged.voters().current()).containsExactly("a", "b", "c");
  }

  @Test
  void sharesOfThoseWhoLeftLongAgoAreAddedUp() {
    Ledger ledger = Ledger.EMPTY.write("a", new Share(1, 0, 1, 0), ONE, Set.of());
    Ledger early = ledger;
    for (int i = 0; i < 200; i++) {
      String node = "n" + i;
      Voters two = new Voters(2, List.of(Set.of("a", node)));
      ledger = ledger.write(node, new Share(2, 1, 1, 0), two, Set.of());
      ledger = ledger.write("a", new Share(1, 0, i + 2, 0), ONE, Set.of());
      early = i == 100 ? ledger : early;
    }
    assertThat(ledger.shares()).hasSize(Ledger.MAX_DEPARTED + 1);
    assertThat(ledger.requests()).isEqualTo(401);
    assertThat(ledger.errors()).isEqualTo(200);
    assertThat(ledger.covers(early)).isTrue();
    assertThat(early.covers(ledger)).isFalse();
    Ledger stranger =
        early.write("x", new Share(3, 0, 1, 0), new Voters(3, List.of(Set.of("a", "x"))), Set.of());
    assertThat(ledger.covers(stranger)).as("never heard of x").isFalse();
    assertThat(ledger.mergeWith(stranger).requests()).isEqualTo(404);
  }

  @Test
  void aNodeThatNeverHadASayIsForgottenOnceItIsSilent() {
    Ledger ledger =
        Ledger.EMPTY
            .write("x", new Share(0, 0, 1, 0), ONE, Set.of())
            .write("a", new Share(0, 0, 1, 0), ONE, Set.of("x", "unknown"));
    assertThat(ledger.share("x").departed()).isEqualTo(1);
    assertThat(ledger.shares()).doesNotContainKey("unknown");
  }

  @Test
  void itSurvivesTheWire() {
    Map<String, Share> shares = new TreeMap<>();
    IntStream.range(0, 5)
        .forEach(i -> shares.put("node-" + i, new Share(i * 10L, i, 1L << (40 + i), i % 2)));
    Ledger ledger =
        new Ledger(
            3,
            1L << 40,
            "node-2",
            new Voters(9, List.of(Set.of("node-1", "node-2"), Set.of("node-1"))),
            new TreeMap<>(shares),
            new Ledger.Left(1, 2, 3));
    assertThat(LedgerWire.decode(LedgerWire.encode(ledger))).isEqualTo(ledger);
    assertThat(LedgerWire.decode(LedgerWire.encode(Ledger.EMPTY))).isEqualTo(Ledger.EMPTY);
  }

  /** The wire form of version 1: a cluster has such nodes while it is upgraded. */
  @Test
  void theFirstVersionIsStillRead() {
    byte[] wire =
        HexFormat.of()
            .parseHex(
                "01"
                    + "0000000000000002" // epoch
                    + "0000000000000011" // version
                    + "000162" // writer
                    + "0000000000000005" // the voters' number
                    + "00000002" // sets
                    + "00000002000161000162"
                    + "00000001000161"
                    + "00000001" // shares
                    + "000161"
                    + "000000000000000a"
                    + "0000000000000003"
                    + "0000000000000007"
                    + "0000000000000000"
                    + "0000000000000064" // left
                    + "0000000000000006"
                    + "0000000000000001");
    TreeMap<String, Share> shares = new TreeMap<>(Map.of("a", new Share(10, 3, 7, 0)));
    assertThat(LedgerWire.decode(wire))
        .isEqualTo(
            new Ledger(
                2,
                17,
                "b",
                new Voters(5, List.of(Set.of("a", "b"), Set.of("a"))),
                shares,
                new Ledger.Left(100, 6, 1)));
  }

  @Test
  void whatIsNoLedgerIsRefused() {
    assertThatThrownBy(() -> LedgerWire.decode(new byte[] {9}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("ledger: version 9 (expected 1)");
    assertThatThrownBy(() -> LedgerWire.decode(new byte[] {1, 2}))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
