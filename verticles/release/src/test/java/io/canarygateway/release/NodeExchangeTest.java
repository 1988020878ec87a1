package io.canarygateway.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.judge.LatencyBounds;
import io.canarygateway.judge.Outcome;
import io.canarygateway.judge.Tally;
import io.canarygateway.judge.WeightCounts;
import io.canarygateway.message.NodeScores;
import io.canarygateway.message.ReleaseScores;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a node sends to others, and what these make of it. */
class NodeExchangeTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final byte FAILED = Outcome.of(true, true, 0);

  private static ReleaseScores.OfRoute scores(long watermark, long... admitted) {
    byte[] outcomes = new byte[admitted.length];
    long[] clients = new long[admitted.length];
    for (int i = 0; i < admitted.length; i++) {
      outcomes[i] = FAILED;
      clients[i] = Double.doubleToLongBits(0.001 * (admitted[i] % 977));
    }
    return new ReleaseScores.OfRoute(
        "shop",
        "v2",
        watermark,
        true,
        List.of(new ReleaseScores.Segment(0.1, admitted.length, clients, admitted, outcomes)));
  }

  private static long failed(Scores scores) {
    return scores.counts().stream().mapToLong(WeightCounts::canaryFailed).sum();
  }

  @Test
  void outcomesArriveWithTheirAge() {
    Outbox outbox = new Outbox();
    outbox.add(scores(900_000, 100_000, 200_000, 300_000), (client, outcome) -> true, 900_000);
    long sent = TimeUnit.MILLISECONDS.toNanos(1);
    NodeScores.Stream stream = outbox.take("loop", 100, sent);
    assertThat(stream.watermarkAgeMicros()).isEqualTo(100);
    Scores counting = new Scores(-SECOND);
    Inbox.add("n2", stream, counting, sent + 7);
    counting.count(sent);
    assertThat(failed(counting)).isEqualTo(3);
  }

  @Test
  void whatDoesNotFitIsSentNextAndHoldsBackTheWatermark() {
    Outbox outbox = new Outbox();
    outbox.add(
        scores(9_000_000, 1_000_000, 2_000_000, 3_000_000), (client, outcome) -> true, 9_000_000);
    NodeScores.Stream first = outbox.take("loop", 2, 10_000_000);
    assertThat(first.segments().get(0).outcomes().length()).isEqualTo(2 * NodeScores.OUTCOME_BYTES);
    assertThat(first.watermarkAgeMicros()).isEqualTo(7_000);
    NodeScores.Stream second = outbox.take("loop", 2, 10_000_000);
    assertThat(second.segments().get(0).outcomes().length()).isEqualTo(NodeScores.OUTCOME_BYTES);
    assertThat(second.watermarkAgeMicros()).isEqualTo(1_000);
    assertThat(outbox.take("loop", 2, 10_000_000).segments()).isEmpty();
  }

  @Test
  void clientsThatOthersKnowAreNotSent() {
    SentClients sent = new SentClients(0);
    long client = Double.doubleToLongBits(0.5);
    assertThat(sent.add("shop", client, FAILED, 0)).isTrue();
    assertThat(sent.add("shop", client, FAILED, 0)).isFalse();
    assertThat(sent.add("cart", client, FAILED, 0)).isTrue();
    sent.forget("shop");
    assertThat(sent.add("shop", client, FAILED, 0)).isTrue();
    assertThat(sent.add("shop", client, FAILED, 61 * SECOND)).isTrue();
  }

  @Test
  void onlyTheVersionsOfTheSettingsAreSentAndSilentLoopsEnd() {
    Outboxes outboxes = new Outboxes();
    outboxes.use(Map.of("shop", "v2", "cart", "v1"));
    outboxes.add("loop", scores(10, 5), (client, outcome) -> true, 10);
    assertThat(outboxes.take(20)).extracting(NodeScores.OfRoute::route).contains("cart", "shop");
    assertThat(outboxes.take(3 * SECOND))
        .allSatisfy(route -> assertThat(route.streams()).isEmpty());
    outboxes.use(Map.of("shop", "v3"));
    outboxes.add("loop", scores(10, 5), (client, outcome) -> true, 10);
    assertThat(outboxes.take(20).get(0).streams()).isEmpty();
  }

  @Test
  void theSmallestNodeOfTheLastSecondsKeepsTheEvidence() {
    HeardNodes heard = new HeardNodes();
    assertThat(heard.isAlone(0)).isTrue();
    assertThat(heard.heard("n2", 0)).isTrue();
    assertThat(heard.heard("n2", SECOND)).isFalse();
    assertThat(heard.isFirst("n1", SECOND)).isTrue();
    assertThat(heard.isFirst("n3", SECOND)).isFalse();
    assertThat(heard.isFirst("n3", 5 * SECOND)).isTrue();
    assertThat(heard.isAlone(5 * SECOND)).isTrue();
    assertThat(heard.heard("n2", 6 * SECOND)).isTrue();
  }

  @Test
  void aSlowResponseCountsAfterTheWarmUpAndAFailureAtOnce() {
    Scores scores = new Scores(0);
    scores.warmUp(Duration.ofNanos(500));
    byte slowAndFailed = Outcome.of(true, true, LatencyBounds.COUNT);
    scores.add(
        "loop",
        0.1,
        2,
        new long[] {1, 2},
        new long[] {499, 500},
        new byte[] {slowAndFailed, slowAndFailed});
    scores.watermark("loop", TimeUnit.SECONDS.toNanos(1));
    scores.count(TimeUnit.SECONDS.toNanos(1));
    assertThat(scores.counts()).hasSize(1);
    assertThat(scores.counts().get(0).canaryFailed()).isEqualTo(2);
    assertThat(scores.counts().get(0).canarySlow()).containsOnly(1L);
  }

  @Test
  void aCanaryThatGotNoRequestsWarmsUpAgain() {
    Scores scores = new Scores(0);
    scores.warmUp(Duration.ofSeconds(1));
    byte slow = Outcome.of(true, false, LatencyBounds.COUNT);
    for (long millis = 0; millis < 10_000; millis += 25) {
      // The share changes at 2 s, canary gets nothing from 5 s to 7 s.
      boolean step = millis > 2_000 && millis < 2_200;
      boolean stop = millis > 5_000 && millis < 7_000;
      long now = TimeUnit.MILLISECONDS.toNanos(millis);
      scores.see(!step && !stop, now);
      if (!stop && millis % 100 == 0) {
        scores.add("loop", 0.1, 1, new long[] {millis}, new long[] {now}, new byte[] {slow});
      }
    }
    scores.watermark("loop", 10 * SECOND);
    scores.count(10 * SECOND);
    // From 1 s to 5 s, and from 8 s on.
    assertThat(scores.counts().get(0).canarySlow()).containsOnly(41L + 20);
  }

  @Test
  void outcomesFromBeforeARunDoNotCount() {
    Scores scores = new Scores(0);
    scores.begin(new Tally(), 1_000);
    scores.add("loop", 0.1, 2, new long[] {1, 2}, new long[] {999, 1_000}, new byte[] {3, 3});
    scores.watermark("loop", 2_000);
    scores.count(1_500);
    assertThat(failed(scores)).isZero(); // Other sources may not have reported yet.
    scores.count(SECOND);
    assertThat(failed(scores)).isEqualTo(1);
  }
}
