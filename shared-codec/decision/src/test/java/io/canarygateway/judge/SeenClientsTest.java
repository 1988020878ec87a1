package io.canarygateway.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeenClientsTest {

  private static final int ALL = 1 << 18;

  private static void visit(Tally tally, double weight, int from, int to) {
    for (int i = from; i < to; i++) {
      double assignment = i * 0.6180339887 % 1;
      new Scored(weight, assignment, assignment < weight, i % 7 == 0, 5).addTo(tally);
    }
  }

  private static Tally restarted(Tally tally, int mostBytes) {
    byte[] seen = tally.seenClients(mostBytes);
    assertThat(seen.length).isLessThanOrEqualTo(mostBytes + 20);
    return Tally.of(tally.counts(), tally.failedClients(1 << 16), seen);
  }

  private static long sum(Tally tally, ToLongFunction<WeightCounts> count) {
    return tally.counts().stream().mapToLong(count).sum();
  }

  private static long clients(Tally tally) {
    return sum(tally, each -> each.newCanary() + each.newMain());
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 1_000, 10_000, ALL})
  void clientsThatComeAgainAfterRestartsCountOnce(int mostBytes) {
    Tally tally = new Tally(1);
    for (int run = 1; run <= 4; run++) {
      visit(tally, 0.25, 0, run * 5_000);
      List<WeightCounts> counts = tally.counts();
      tally = restarted(tally, mostBytes);
      visit(tally, 0.25, 0, run * 5_000);
      assertThat(tally.counts().get(0))
          .returns(counts.get(0).newCanary(), WeightCounts::newCanary)
          .returns(counts.get(0).newMain(), WeightCounts::newMain)
          .returns(counts.get(0).canaryClients(), WeightCounts::canaryClients)
          .returns(counts.get(0).canaryClientsFailed(), WeightCounts::canaryClientsFailed)
          .returns(counts.get(0).canaryFailed(), WeightCounts::canaryFailed)
          .returns(counts.get(0).mainFailed(), WeightCounts::mainFailed)
          .returns(counts.get(0).canarySlow(), WeightCounts::canarySlow);
    }
  }

  @Test
  void atLeastThreeQuartersOfNewClientsCount() {
    Tally tally = new Tally(1);
    for (int run = 0; run < 4; run++) {
      long before = clients(tally);
      visit(tally, 0.25, run * 5_000, (run + 1) * 5_000);
      assertThat(clients(tally) - before).isBetween(3_750L, 5_000L);
      tally = restarted(tally, ALL);
    }
  }

  /** The set is full after six of these processes. */
  @Test
  void afterManyRestartsNewClientsStillCount() {
    Tally tally = new Tally(1);
    for (int run = 0; run < 40; run++) {
      long before = clients(tally);
      visit(tally, 0.25, run * 15_000, (run + 1) * 15_000);
      assertThat(clients(tally) - before).as("process %d", run).isGreaterThan(6_500);
      tally = restarted(tally, 1 << 15);
    }
  }

  @Test
  void ofASampleTheSameShareIsLeftOut() {
    Tally tally = new Tally(1);
    visit(tally, 0.25, 0, 10_000);
    tally = restarted(tally, 3_000);
    long before = clients(tally);
    visit(tally, 0.25, 10_000, 110_000);
    long counted = clients(tally) - before;
    assertThat(counted).isBetween(5_000L, 12_500L);
    double canary = tally.counts().get(0).newCanary() - 2_500;
    double chiSquare = Math.pow(canary - counted * 0.25, 2) / (counted * 0.25 * 0.75);
    assertThat(chiSquare).isLessThan(37.3);
  }

  @Test
  void clientsThatMoveToCanaryAfterARestartCountThere() {
    Tally tally = new Tally(1);
    visit(tally, 0.25, 0, 10_000);
    tally = restarted(tally, ALL);
    visit(tally, 0.5, 0, 10_000);
    assertThat(tally.counts().get(1).newCanary()).isZero();
    assertThat(tally.counts().get(1).canaryClients()).isBetween(2_000L, 2_500L);
    assertThat(tally.counts().get(1).canarySlow().get(0)).isBetween(2_000L, 2_500L);
    assertThat(tally.counts().get(1).canaryFailed()).isZero();
  }

  @Test
  void fewClientsTakeFewBytes() {
    Tally tally = new Tally(1);
    assertThat(tally.seenClients(ALL)).hasSize(36);
    visit(tally, 0.25, 0, 1_000);
    assertThat(tally.seenClients(ALL).length).isLessThan(4_000);
  }

  @Test
  void otherBytesAreRefused() {
    byte[] seen = new Tally(1).seenClients(ALL);
    seen[Long.BYTES + 1]++;
    assertThatIllegalArgumentException().isThrownBy(() -> Tally.of(List.of(), new long[0], seen));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tally.of(List.of(), new long[0], new byte[1]));
  }
}
