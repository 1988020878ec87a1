package io.canarygateway.judge;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutlookTest {

  private static final double WEIGHT = 0.1;

  private static WeightCounts counts(
      long clients, long clientsFailed, long canaryFailed, long mainFailed) {
    return new WeightCounts(
        WEIGHT,
        clients,
        clients * 9,
        clients,
        clientsFailed,
        canaryFailed,
        mainFailed,
        TestCounts.slow(0),
        TestCounts.slow(0));
  }

  private static List<String> needs(WeightCounts counts, Duration elapsed) {
    return Outlook.needs(
        List.of(counts),
        JudgeSettings.DEFAULT,
        new Outlook.Step(WEIGHT, 100, counts.canaryClients(), Duration.ofMinutes(1), elapsed));
  }

  @Test
  void nothingIsNeededWhenTheStepCanBePassed() {
    assertThat(needs(counts(10_000, 0, 0, 0), Duration.ofMinutes(2))).isEmpty();
  }

  @Test
  void timeIsNeededUntilMinDuration() {
    assertThat(needs(counts(10_000, 0, 0, 0), Duration.ofSeconds(20)))
        .containsExactly("40 seconds more, because min-duration is 60 seconds");
  }

  @Test
  void clientsAreNeeded() {
    assertThat(needs(counts(80, 0, 0, 0), Duration.ofSeconds(160)))
        .containsExactly(
            "20 more clients on canary: 40 seconds at this rate, because min-clients is 100",
            "about 5,700 more clients on canary without a failure: 4 hours at this rate");
  }

  /** It is asked for on an event loop, at any count. */
  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void oneMoreClientIsToldToo() {
    List<String> last = List.of();
    for (long clients = 5_000; clients < 6_000; clients++) {
      List<String> needs = needs(counts(clients, 0, 0, 0), Duration.ofMinutes(10));
      if (needs.isEmpty() && !last.isEmpty()) {
        assertThat(last)
            .singleElement()
            .asString()
            .startsWith("1 more client on canary without a failure: ");
      }
      last = needs;
    }
    assertThat(last).isEmpty();
  }

  @Test
  void withoutClientsThereIsNoEstimate() {
    assertThat(needs(counts(0, 0, 0, 0), Duration.ofMinutes(5)))
        .containsExactly("no clients are coming to canary");
  }

  @Test
  void failuresOfCanaryTakeMoreClients() {
    assertThat(needs(counts(4_000, 3, 3, 0), Duration.ofMinutes(10)))
        .singleElement()
        .asString()
        .startsWith(
            "canary fails in 3 of 4,000 clients; to show that it is below 0.1 % takes about ")
        .contains(" more clients on canary without a failure: ")
        .endsWith(" minutes at this rate");
  }

  @Test
  void failuresOfMainMakeItShorter() {
    assertThat(needs(counts(1_000, 2, 2, 30), Duration.ofMinutes(10)))
        .singleElement()
        .asString()
        .contains(" more clients on canary while both fail as often as now: ");
  }

  /** As many clients as it says do, and 2 percent fewer do not: it rounds to two digits. */
  @ParameterizedTest
  @CsvSource({"0, 0.001, 0.01", "3, 0.001, 0.01", "0, 0.01, 0.001", "20, 0.05, 0.05"})
  void theNumberOfClientsIsRight(long failed, double acceptable, double confidence) {
    JudgeSettings settings = new JudgeSettings(1.5, 0.001, confidence, acceptable);
    long clients = 100;
    String need =
        Outlook.needs(
                List.of(counts(clients, failed, failed, 0)),
                settings,
                new Outlook.Step(WEIGHT, 0, clients, Duration.ZERO, Duration.ofMinutes(1)))
            .get(0);
    long more =
        Long.parseLong(
            need.replaceFirst(".*about ", "").replaceFirst(" more.*", "").replace(",", ""));
    assertThat(passes(clients + more * 105 / 100, failed, settings)).isTrue();
    assertThat(passes(clients + more * 95 / 100, failed, settings)).isFalse();
  }

  private static boolean passes(long clients, long failed, JudgeSettings settings) {
    return Evidence.of(List.of(counts(clients, failed, failed, 0)), settings).passes(settings);
  }

  @Test
  void theTimeUntilCanaryIsBetterThanMainIsRight() {
    String need = needs(counts(1_000, 2, 2, 30), Duration.ofMinutes(10)).get(0);
    long more =
        Long.parseLong(
            need.replaceFirst("about ", "").replaceFirst(" more.*", "").replace(",", ""));
    double times = 1 + more / 1_000.0;
    assertThat(passes(times * 1.1)).isTrue();
    assertThat(passes(times * 0.9)).isFalse();
  }

  private static boolean passes(double times) {
    double pass = Evidence.passAfter(List.of(), 1.5, WEIGHT, 2 * times, 30 * times);
    return pass >= -Math.log(JudgeSettings.DEFAULT.confidence());
  }
}
