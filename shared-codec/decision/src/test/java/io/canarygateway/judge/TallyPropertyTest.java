package io.canarygateway.judge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** What holds for all streams of outcomes. */
class TallyPropertyTest {

  private static final int CLIENTS = 60;

  @Provide
  Arbitrary<List<Scored>> streams() {
    return Combinators.combine(
            Arbitraries.of(0.01, 0.1, 0.5, 0.0, 1.0),
            Arbitraries.integers().between(0, CLIENTS - 1).map(each -> each / (double) CLIENTS),
            Arbitraries.of(true, false),
            Arbitraries.of(true, false, false),
            Arbitraries.integers().between(0, LatencyBounds.COUNT))
        .as(Scored::new)
        .list()
        .ofMaxSize(300);
  }

  @Property
  void countsAsTheReferenceDoesAlsoWhenItHasToSample(
      @ForAll("streams") List<Scored> stream,
      @ForAll @IntRange(min = 4, max = CLIENTS) int mostSeen,
      @ForAll @IntRange(min = 4, max = CLIENTS) int mostFailed) {
    Tally tally = new Tally(mostSeen, mostFailed, ReferenceTally.HASH);
    ReferenceTally reference = new ReferenceTally(mostSeen, mostFailed);
    for (Scored each : stream) {
      List<WeightCounts> before = tally.counts();
      boolean concerns = tally.concerns(each.client(), each.outcome());
      each.addTo(tally);
      reference.add(each);
      assertThat(tally.counts())
          .filteredOn(TallyPropertyTest::isNotEmpty)
          .containsExactlyInAnyOrderElementsOf(reference.counts());
      boolean compares = each.weight() > 0 && each.weight() < 1;
      if (!concerns || !compares) {
        assertThat(tally.counts()).isSameAs(before);
      }
    }
  }

  /** A client that makes the table full may bring a share, and then not be in the sample. */
  private static boolean isNotEmpty(WeightCounts counts) {
    return counts.newCanary()
            + counts.newMain()
            + counts.canaryClients()
            + counts.canaryClientsFailed()
            + counts.canaryFailed()
            + counts.mainFailed()
            + sum(counts.canarySlow())
            + sum(counts.mainSlow())
        > 0;
  }

  private static long sum(List<Long> counts) {
    return counts.stream().mapToLong(each -> each).sum();
  }

  @Property
  void eachClientCountsOnce(@ForAll("streams") List<Scored> stream) {
    List<WeightCounts> counts = Scored.addAll(stream, new Tally(1)).counts();
    assertThat(sum(counts, each -> each.newCanary() + each.newMain()))
        .isEqualTo(clients(stream, each -> true));
    assertThat(sum(counts, WeightCounts::canaryClients)).isEqualTo(clients(stream, Scored::canary));
    assertThat(sum(counts, WeightCounts::canaryClientsFailed))
        .isEqualTo(clients(stream, each -> each.canary() && each.failed()));
    assertThat(sum(counts, each -> each.canaryFailed() + each.mainFailed()))
        .isEqualTo(clients(stream, Scored::failed));
    for (int i = 0; i < LatencyBounds.COUNT; i++) {
      int bound = i;
      assertThat(sum(counts, each -> each.canarySlow().get(bound) + each.mainSlow().get(bound)))
          .isEqualTo(clients(stream, each -> each.exceeded() > bound));
    }
  }

  private static long sum(List<WeightCounts> counts, ToLongFunction<WeightCounts> count) {
    return counts.stream().mapToLong(count).sum();
  }

  private static long clients(List<Scored> stream, Predicate<Scored> which) {
    return stream.stream()
        .filter(each -> each.weight() > 0 && each.weight() < 1)
        .filter(which)
        .mapToDouble(Scored::assignment)
        .distinct()
        .count();
  }

  @Property
  void theOrderOfDifferentClientsDoesNotMatter(
      @ForAll("streams") List<Scored> stream, @ForAll long seed) {
    List<Scored> atOneWeight =
        stream.stream()
            .map(
                each ->
                    new Scored(
                        0.3, each.assignment(), each.canary(), each.failed(), each.exceeded()))
            .toList();
    assertThat(Scored.addAll(interleaved(atOneWeight, new Random(seed)), new Tally(1)).counts())
        .isEqualTo(Scored.addAll(atOneWeight, new Tally(1)).counts());
  }

  /** Keeps each client's own order. */
  private static List<Scored> interleaved(List<Scored> stream, Random random) {
    Map<Long, Deque<Scored>> byClient = new LinkedHashMap<>();
    List<Long> turns = new ArrayList<>();
    for (Scored each : stream) {
      byClient.computeIfAbsent(each.client(), client -> new ArrayDeque<>()).add(each);
      turns.add(each.client());
    }
    Collections.shuffle(turns, random);
    return turns.stream().map(each -> byClient.get(each).remove()).toList();
  }

  @Property
  void aRestartLosesAndDoublesNoFailure(
      @ForAll("streams") List<Scored> before, @ForAll("streams") List<Scored> after) {
    Tally whole = Scored.addAll(after, Scored.addAll(before, new Tally(1)));
    Tally stopped = Scored.addAll(before, new Tally(1));
    Tally restarted = Tally.of(stopped.counts(), stopped.failedClients(CLIENTS), new byte[0]);
    assertThat(restarted.counts()).isEqualTo(stopped.counts());
    Scored.addAll(after, restarted);
    for (WeightCounts each : whole.counts()) {
      assertThat(restarted.counts())
          .filteredOn(other -> other.weight() == each.weight())
          .first()
          .returns(each.canaryFailed(), WeightCounts::canaryFailed)
          .returns(each.mainFailed(), WeightCounts::mainFailed);
    }
  }

  @Property
  void aRestartDoublesNothing(
      @ForAll("streams") List<Scored> before, @ForAll("streams") List<Scored> after) {
    List<WeightCounts> whole = Scored.addAll(after, Scored.addAll(before, new Tally(1))).counts();
    Tally stopped = Scored.addAll(before, new Tally(1));
    Tally restarted =
        Tally.of(stopped.counts(), stopped.failedClients(CLIENTS), stopped.seenClients(1000));
    assertThat(restarted.counts()).isEqualTo(stopped.counts());
    List<WeightCounts> counts = Scored.addAll(after, restarted).counts();
    for (ToLongFunction<WeightCounts> each :
        List.<ToLongFunction<WeightCounts>>of(
            one -> one.newCanary() + one.newMain(),
            WeightCounts::canaryClients,
            WeightCounts::canaryClientsFailed)) {
      assertThat(sum(counts, each)).isLessThanOrEqualTo(sum(whole, each));
    }
    assertThat(sum(counts, one -> one.canaryFailed() + one.mainFailed()))
        .isEqualTo(sum(whole, one -> one.canaryFailed() + one.mainFailed()));
  }
}
