package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.judge.Outcome;
import io.canarygateway.message.ReleaseScores;
import io.canarygateway.message.ReleaseScores.Segment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The order, the deadlines and the segments of scored requests. */
class ReleaseQueueTest {

  private static final long DEADLINE = 1_500_000; // It exceeds one of the bounds.
  private static final byte EXPIRED = Outcome.of(false, false, 1);
  private static final byte FAILED = Outcome.of(false, true, 0);

  /** Close to where nanoTime overflows, which it may do in any process. */
  private static final long START = Long.MAX_VALUE - 10;

  private final ReleaseQueue queue = new ReleaseQueue("shop", "v2");

  private ReleaseQueue.Terms terms = new ReleaseQueue.Terms(0.1, DEADLINE);

  private long add(double weight, long client, long admittedNanos) {
    if (weight != terms.weight()) {
      terms = new ReleaseQueue.Terms(weight, DEADLINE);
    }
    return queue.add(terms, client, START + admittedNanos);
  }

  private long add(long client, long admittedNanos) {
    return add(0.1, client, admittedNanos);
  }

  private void resolve(long... places) {
    for (long place : places) {
      queue.resolve(place, true, 0);
    }
  }

  /** Takes what is there: each segment as its weight and its clients. */
  private List<String> take(long now, long watermark) {
    ReleaseScores.OfRoute taken = queue.take(START + now, true);
    assertThat(taken.route()).isEqualTo("shop");
    assertThat(taken.version()).isEqualTo("v2");
    assertThat(taken.watermarkNanos() - START).isEqualTo(watermark);
    List<String> texts = new ArrayList<>();
    for (Segment segment : taken.segments()) {
      texts.add(
          segment.weight()
              + ": "
              + Arrays.toString(Arrays.copyOf(segment.clients(), segment.size())));
    }
    return texts;
  }

  @Test
  void anEmptyQueueHasNothingOlderThanNow() {
    assertThat(take(5, 5)).isEmpty();
  }

  @Test
  void anOutcomeWaitsForThoseBeforeIt() {
    long first = add(1, 10);
    long second = add(2, 20);
    long third = add(3, 30);
    resolve(second);
    assertThat(take(40, 10)).isEmpty();
    resolve(first);
    assertThat(take(50, 30)).containsExactly("0.1: [1, 2]");
    resolve(third);
    assertThat(take(60, 60)).containsExactly("0.1: [3]");
    assertThat(take(70, 70)).isEmpty();
  }

  @Test
  void anOutcomeIsWaitedForUntilItsDeadline() {
    add(1, 10);
    long second = add(2, 20);
    resolve(second);
    assertThat(take(10 + DEADLINE, 10)).isEmpty();
    ReleaseScores.OfRoute taken = queue.take(START + 11 + DEADLINE, true);
    assertThat(taken.watermarkNanos()).isEqualTo(START + 11 + DEADLINE);
    Segment segment = taken.segments().get(0);
    assertThat(segment.size()).isEqualTo(2);
    assertThat(segment.clients()).startsWith(1, 2);
    assertThat(segment.outcomes()).startsWith(EXPIRED, FAILED);
    assertThat(segment.admittedNanos()).startsWith(START + 10, START + 20);
  }

  @Test
  void whatMayTakeLongLosesItsPlaceWithoutAnOutcome() {
    long open = add(1, 10);
    assertThat(queue.open(open, true)).isTrue();
    long closed = add(2, 10);
    queue.open(closed, true);
    queue.open(closed, true);
    queue.toCanary(closed);
    queue.open(closed, false);
    long resolved = add(3, 20);
    queue.open(resolved, true);
    queue.toCanary(resolved);
    resolve(resolved);
    assertThat(queue.open(resolved, true)).isFalse();
    assertThat(take(10 + ScoreState.OPEN_NANOS, 10)).isEmpty();
    Segment segment = queue.take(START + 11 + ScoreState.OPEN_NANOS, true).segments().get(0);
    assertThat(segment.size()).isEqualTo(2);
    assertThat(segment.clients()).startsWith(2, 3);
    assertThat(segment.outcomes())
        .startsWith(Outcome.of(true, false, 1), Outcome.of(true, true, 0));
    assertThat(queue.has(open)).isFalse();
    assertThat(queue.open(open, true)).isFalse();
  }

  @Test
  void aSegmentHasOneWeightAndTheOrderIsKept() {
    resolve(add(0.1, 1, 1), add(0.1, 2, 2), add(0.5, 3, 3), add(0.1, 4, 4));
    assertThat(take(9, 9)).containsExactly("0.1: [1, 2]", "0.5: [3]", "0.1: [4]");
  }

  @Test
  void aRequestWithoutAnOutcomeIsLeftOut() {
    long first = add(1, 1);
    long second = add(2, 2);
    long third = add(0.5, 3, 3);
    queue.forget(first);
    queue.forget(third);
    resolve(first, second, third);
    assertThat(take(9, 9)).containsExactly("0.1: [2]");
  }

  @Test
  void theQueueIsBounded() {
    List<Long> places = new ArrayList<>();
    for (int i = 0; i < ReleaseQueue.LIMIT; i++) {
      assertThat(queue.isFull()).isFalse();
      places.add(add(i, i));
    }
    assertThat(queue.isFull()).isTrue();
    resolve(places.get(0));
    assertThat(queue.isFull()).as("an outcome that was not taken needs room, too").isTrue();
    assertThat(take(900, 1)).containsExactly("0.1: [0]");
    assertThat(queue.isFull()).isFalse();
  }

  @Test
  void onlyTheFirstOutcomeCounts() {
    long place = add(1, 1);
    resolve(place);
    queue.resolve(place, false, DEADLINE);
    queue.forget(place);
    Segment segment = queue.take(START + 9, true).segments().get(0);
    assertThat(segment.size()).isEqualTo(1);
    assertThat(segment.outcomes()).startsWith(FAILED);
  }

  @Test
  void anOutcomeBehindTheDeadlineIsIgnored() {
    long late = add(1, 1);
    assertThat(take(DEADLINE + 2, DEADLINE + 2)).hasSize(1);
    for (int i = 0; i < 64; i++) { // One of them has the late one's place in the ring.
      add(i, DEADLINE + 3);
    }
    resolve(late);
    queue.forget(late);
    assertThat(take(DEADLINE + 4, DEADLINE + 3)).isEmpty();
  }

  @Test
  void aChangeOfWeightWhileNothingWaitsBeginsAnotherSegment() {
    resolve(add(0.1, 1, 1));
    assertThat(take(2, 2)).containsExactly("0.1: [1]");
    long second = add(0.2, 2, 3);
    long third = add(0.3, 3, 4);
    resolve(third);
    assertThat(take(5, 3)).isEmpty();
    resolve(second);
    assertThat(take(6, 6)).containsExactly("0.2: [2]", "0.3: [3]");
    resolve(add(0.3, 4, 7));
    assertThat(take(8, 8)).containsExactly("0.3: [4]");
  }

  @Test
  void manyOutcomesAreTakenInTheirOrder() {
    List<Long> places = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      places.add(add(i, i));
    }
    Collections.shuffle(places, new Random(1));
    places.forEach(this::resolve);
    Segment segment = queue.take(START + 2_000, true).segments().get(0);
    assertThat(Arrays.copyOf(segment.clients(), segment.size()))
        .isEqualTo(LongStream.range(0, 1_000).toArray());
  }

  @ParameterizedTest
  @CsvSource({"PT0.1S, PT1.2S", "PT5S, PT11S", "PT60S, PT121S", "PT149.5S, PT5M", "PT1000H, PT5M"})
  void theDeadlineFollowsTheTimeout(Duration timeout, Duration deadline) {
    assertThat(ReleasePlan.deadline(timeout)).isEqualTo(deadline);
  }
}
