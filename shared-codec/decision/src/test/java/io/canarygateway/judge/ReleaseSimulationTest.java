package io.canarygateway.judge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Whole releases with clients that come again, some of which fail always and some sometimes, with
 * rising shares and a restart in each step. Seeds are fixed.
 */
class ReleaseSimulationTest {

  private static final int RUNS = 200;
  private static final int CLIENTS = 2_000;
  private static final int REQUESTS_OF_A_STEP = 1_500;
  private static final double[] STEPS = {0.05, 0.2, 0.5};
  private static final double FAILING = 0.04;
  private static final double CHANCE = 0.05;
  private static final JudgeSettings SETTINGS = new JudgeSettings(1, CHANCE, CHANCE, FAILING);

  /** Of 200 runs 10 are expected, and with a chance of 1 in 1,000 more than this. */
  private static final int MOST_RUNS = 20;

  /** How many runs ever had evidence for each of these. */
  private record Ended(int reverted, int relative, int absolute, int held) {}

  /** A client of which a share of requests fails, the same on both arms or more on canary. */
  private record Client(double assignment, double main, double canary) {}

  private static Ended simulate(double alwaysFailing, double sometimesFailing, double times) {
    int reverted = 0;
    int relative = 0;
    int absolute = 0;
    int held = 0;
    for (int run = 0; run < RUNS; run++) {
      Random random = new Random(run);
      Client[] clients = new Client[CLIENTS];
      for (int i = 0; i < CLIENTS; i++) {
        double kind = random.nextDouble();
        double main = kind < alwaysFailing ? 1 : kind < alwaysFailing + sometimesFailing ? 0.3 : 0;
        double canary = kind < alwaysFailing * times ? 1 : main;
        clients[i] = new Client(random.nextDouble(), main, canary);
      }
      Evidence most = follow(clients, random);
      reverted += most.failures() >= -Math.log(CHANCE) ? 1 : 0;
      relative += most.pass() >= -Math.log(CHANCE) ? 1 : 0;
      absolute += most.absolute() >= -Math.log(CHANCE) ? 1 : 0;
      held += most.holds() ? 1 : 0;
    }
    return new Ended(reverted, relative, absolute, held);
  }

  /** The highest evidence of each kind that was ever seen. */
  private static Evidence follow(Client[] clients, Random random) {
    Tally tally = new Tally(1);
    Evidence most = Evidence.of(tally.counts(), SETTINGS);
    for (double weight : STEPS) {
      for (int i = 0; i < REQUESTS_OF_A_STEP; i++) {
        Client client = clients[random.nextInt(CLIENTS)];
        boolean canary = client.assignment() < weight;
        boolean failed = random.nextDouble() < (canary ? client.canary() : client.main());
        new Scored(weight, client.assignment(), canary, failed, 0).addTo(tally);
        if (i % 20 == 0) {
          most = higher(most, Evidence.of(tally.counts(), SETTINGS));
        }
        if (i == REQUESTS_OF_A_STEP / 2) {
          tally = Tally.of(tally.counts(), tally.failedClients(CLIENTS), tally.seenClients(8_192));
        }
      }
    }
    return most;
  }

  private static Evidence higher(Evidence one, Evidence other) {
    return new Evidence(
        Math.max(one.revert(), other.revert()),
        Math.max(one.failures(), other.failures()),
        Math.max(one.latency(), other.latency()),
        Math.max(one.pass(), other.pass()),
        Math.max(one.absolute(), other.absolute()),
        Math.max(one.ratio(), other.ratio()));
  }

  @Test
  void aCanaryThatIsAsBadAsMainIsSeldomRevertedOrPassed() {
    Ended always = simulate(FAILING, 0, 1);
    assertThat(always.reverted()).isLessThanOrEqualTo(MOST_RUNS);
    assertThat(always.relative()).isLessThanOrEqualTo(MOST_RUNS);
    assertThat(always.absolute()).isLessThanOrEqualTo(MOST_RUNS);
    assertThat(always.held()).isZero();
    Ended mixed = simulate(FAILING, 0.1, 1);
    assertThat(mixed.reverted()).isLessThanOrEqualTo(MOST_RUNS);
    assertThat(mixed.relative()).isLessThanOrEqualTo(MOST_RUNS);
    assertThat(mixed.absolute()).isLessThanOrEqualTo(MOST_RUNS);
    assertThat(mixed.held()).isZero();
  }

  @Test
  void aCanaryThatIsWorseIsMostlyReverted() {
    assertThat(simulate(FAILING, 0, 4).reverted()).isGreaterThan(RUNS * 9 / 10);
  }
}
