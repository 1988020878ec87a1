package io.canarygateway.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;

class TallyTest {

  /** One of a billion samples of chi-squared with 1 degree of freedom is above this. */
  private static final double CHI_SQUARE = 37.3;

  private static final double WEIGHT = 0.25;

  private final Tally tally = new Tally(1);

  @Test
  void aClientThatFailsOnMainDoesNotCountAgainWhenItMovesToCanary() {
    new Scored(0.1, 0.3, false, true, 0).addTo(tally);
    new Scored(0.5, 0.3, true, true, 0).addTo(tally);
    assertThat(tally.counts().get(0)).returns(1L, WeightCounts::mainFailed);
    assertThat(tally.counts().get(1))
        .returns(0L, WeightCounts::canaryFailed)
        .returns(0L, WeightCounts::newCanary)
        .returns(1L, WeightCounts::canaryClients)
        .returns(1L, WeightCounts::canaryClientsFailed);
  }

  @Test
  void aClientThatGetsSlowerCountsForTheBoundsInBetween() {
    new Scored(0.1, 0.3, false, false, 2).addTo(tally);
    new Scored(0.5, 0.3, true, false, 4).addTo(tally);
    new Scored(0.5, 0.3, true, false, 3).addTo(tally);
    assertThat(tally.counts().get(0).mainSlow()).startsWith(1L, 1L, 0L, 0L, 0L);
    assertThat(tally.counts().get(1).canarySlow()).startsWith(0L, 0L, 1L, 1L, 0L);
  }

  @Test
  void sharesThatCompareNothingCountNothing() {
    for (double weight : new double[] {0, 1, -1, 2, Double.NaN}) {
      new Scored(weight, 0.3, true, true, 3).addTo(tally);
    }
    assertThat(tally.counts()).isEmpty();
    assertThat(tally.failedClients(10)).isEmpty();
  }

  @Test
  void sharesBeyondTheHundredAndTwentyEighthCountNothing() {
    for (int i = 1; i <= 200; i++) {
      new Scored(i / 1000.0, i / 1000.0, true, true, 0).addTo(tally);
    }
    assertThat(tally.counts()).hasSize(128);
    assertThat(tally.failedClients(1000)).hasSize(128);
  }

  @Test
  void theCountsAreMadeAnewOnlyWhenSomethingChanged() {
    Scored request = new Scored(0.1, 0.3, false, true, 2);
    request.addTo(tally);
    List<WeightCounts> counts = tally.counts();
    request.addTo(tally);
    assertThat(tally.counts()).isSameAs(counts);
  }

  @Test
  void forgettingTheRatioKeepsTheRestAndTheClients() {
    Scored request = new Scored(0.1, 0.05, true, true, 2);
    request.addTo(tally);
    tally.forgetRatio();
    request.addTo(tally);
    assertThat(tally.counts().get(0))
        .returns(0L, WeightCounts::newCanary)
        .returns(0L, WeightCounts::newMain)
        .returns(1L, WeightCounts::canaryClients)
        .returns(1L, WeightCounts::canaryFailed);
  }

  @Test
  void afterARestartWithASampleNoClientFailsTwice() {
    for (int i = 0; i < 10_000; i++) {
      failing(i).addTo(tally);
    }
    long[] sample = tally.failedClients(1000);
    assertThat(sample).hasSizeBetween(400, 1000);
    Tally restarted = Tally.of(tally.counts(), sample, tally.seenClients(1 << 15));
    for (int i = 0; i < 10_000; i++) {
      failing(i).addTo(restarted);
    }
    assertThat(failed(restarted)).isEqualTo(10_000);
    for (int i = 10_000; i < 20_000; i++) {
      failing(i).addTo(restarted);
    }
    assertThat(failed(restarted) - 10_000).isBetween(400L, 1000L);
  }

  private static Scored failing(int i) {
    return new Scored(WEIGHT, i / 20_000.0, i / 20_000.0 < WEIGHT, true, 0);
  }

  private static long failed(Tally tally) {
    return tally.counts().stream().mapToLong(each -> each.canaryFailed() + each.mainFailed()).sum();
  }

  /** At 1 %, main's 1,980,000 clients take no room from canary's. */
  @Test
  void canarysClientsAreAllCountedHoweverManyMainHas() {
    for (int i = 0; i < 2_000_000; i++) {
      new Scored(0.01, i / 2e6, i % 100 == 0, false, 0).addTo(tally);
    }
    assertThat(tally.counts().get(0).canaryClients()).isEqualTo(20_000);
  }

  @Test
  void ofClientsThatAreForgottenMeanwhileTheShareThatFailsIsRight() {
    int clients = 1 << 19;
    for (int i = 0; i < clients; i++) {
      new Scored(0.5, i / 2.0 / clients, true, false, 0).addTo(tally);
    }
    Tally restarted =
        Tally.of(tally.counts(), tally.failedClients(1 << 10), tally.seenClients(1 << 15));
    for (Tally each : List.of(tally, restarted)) {
      assertTheShareThatFails(each, clients);
    }
  }

  /** The set of the first process has clients that the last one's sample does not take. */
  @Test
  void afterTwoRestartsTheShareThatFailsIsRight() {
    int clients = 110_000;
    Tally last = tally;
    for (int from : new int[] {0, 10_000}) {
      for (int i = from; i < (from == 0 ? 10_000 : clients); i++) {
        new Scored(0.5, i / 2.0 / clients, true, false, 0).addTo(last);
      }
      last = Tally.of(last.counts(), last.failedClients(1 << 10), last.seenClients(1 << 15));
    }
    assertTheShareThatFails(last, clients);
  }

  /** All clients come again to canary, and one in 50 fails. */
  private static void assertTheShareThatFails(Tally tally, int clients) {
    for (int i = 0; i < clients; i++) {
      new Scored(0.5, i / 2.0 / clients, true, i % 50 == 0, 0).addTo(tally);
    }
    WeightCounts counts = tally.counts().get(0);
    assertThat(counts.canaryClientsFailed() / (double) counts.canaryClients())
        .isCloseTo(0.02, withinPercentage(30));
  }

  @Test
  void theSampleIsTheSameShareOfBothArms() {
    Random random = new Random(7);
    double[] even = {0};
    assertThat(chiSquare(random::nextDouble)).isLessThan(CHI_SQUARE);
    assertThat(chiSquare(() -> (even[0] += 1) / (1 << 20))).isLessThan(CHI_SQUARE);
    assertThat(chiSquare(() -> WEIGHT + (random.nextDouble() - WEIGHT) * 1e-9))
        .isLessThan(CHI_SQUARE);
  }

  /** Compares canary's share of the clients that a full table keeps with its share of all. */
  private static double chiSquare(DoubleSupplier assignments) {
    ClientHash hash = new ClientHash(1);
    ClientTable table = new ClientTable(4000, hash);
    int clients = 1 << 19;
    int canary = 0;
    for (int i = 0; i < clients; i++) {
      double assignment = assignments.getAsDouble();
      canary += assignment < WEIGHT ? 1 : 0;
      long client = Double.doubleToLongBits(assignment);
      table.add(client, hash.of(client));
    }
    assertThat(table.size()).isBetween(1500, 4000);
    int[] kept = {0};
    table.forEach(
        0, (client, hashed, state) -> kept[0] += Double.longBitsToDouble(client) < WEIGHT ? 1 : 0);
    double share = canary / (double) clients;
    double expected = table.size() * share;
    return Math.pow(kept[0] - expected, 2) / (expected * (1 - share));
  }

  /**
   * Who chooses assignments could fill the table with clients of one kind, if the hash were known.
   */
  @Test
  void clientsThatChooseTheirAssignmentsDoNotGetTheOthersForgotten() {
    ClientHash known = new ClientHash(0);
    int chosen = 0;
    for (long hash = 1L << 20; chosen < 1 << 18; hash += 1L << 20) {
      double assignment = Double.longBitsToDouble(withoutSecret(hash));
      if (assignment >= 0 && assignment < 1) {
        assertThat(ClientHash.zeros(known.of(Double.doubleToLongBits(assignment))))
            .isGreaterThanOrEqualTo(20);
        new Scored(WEIGHT, assignment, assignment < WEIGHT, false, 0).addTo(tally);
        chosen++;
      }
    }
    WeightCounts before = tally.counts().get(0);
    for (int i = 0; i < 10_000; i++) {
      new Scored(WEIGHT, i / 1e4, i / 1e4 < WEIGHT, true, 0).addTo(tally);
    }
    WeightCounts after = tally.counts().get(0);
    assertThat(after.canaryFailed() + after.mainFailed()).isEqualTo(10_000);
    assertThat(after.newCanary() + after.newMain() - before.newCanary() - before.newMain())
        .isBetween(2_000L, 10_000L);
  }

  /** The assignment that has a hash, if there is no secret. */
  private static long withoutSecret(long hash) {
    long client = hash ^ hash >>> 33;
    client *= 0x9cb4b2f8129337dbL;
    client ^= client >>> 33;
    client *= 0x4f74430c22a54005L;
    client ^= client >>> 33;
    return client ^ 0x9e3779b97f4a7c15L;
  }

  @Test
  void clientsThatComeAgainMakeNoGarbage() {
    Scored[] requests = new Scored[1000];
    for (int i = 0; i < requests.length; i++) {
      requests[i] = failing(i);
      requests[i].addTo(tally);
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 100_000; i++) {
      requests[i % requests.length].addTo(tally);
    }
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000);
  }
}
