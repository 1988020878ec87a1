package io.canarygateway.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The leases of all nodes together, under all kinds of failures. */
class LeaseTest {

  @Property(tries = 2000)
  void neitherLimitIsEverExceeded(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 5) int nodes,
      @ForAll @IntRange(min = 1, max = 80) int requests,
      @ForAll @IntRange(min = 1, max = 40) int errors) {
    BreakerLimits limits = new BreakerLimits(requests, errors);
    ClusterSimulation cluster = new ClusterSimulation(seed, nodes, limits);
    for (int i = 0; i < 600; i++) {
      cluster.step();
      assertThat(cluster.admitted()).isLessThanOrEqualTo(requests);
      assertThat(cluster.errors()).isLessThanOrEqualTo(errors);
    }
  }

  @Property(tries = 500)
  void nothingIsLostButWithTheDead(
      @ForAll long seed,
      @ForAll @IntRange(min = 2, max = 4) int nodes,
      @ForAll @IntRange(min = 1, max = 300) int requests) {
    ClusterSimulation cluster = new ClusterSimulation(seed, nodes, new BreakerLimits(requests, 0));
    for (int i = 0; i < 300; i++) {
      cluster.step();
    }
    cluster.converge();
    if (cluster.canAgree()) {
      cluster.exhaust();
      assertThat(cluster.admitted()).isBetween(requests - cluster.lostRequests(), (long) requests);
    }
  }

  @Property(tries = 500)
  void aLimitChangedLiveHoldsForAll(
      @ForAll long seed,
      @ForAll @IntRange(min = 10, max = 200) int first,
      @ForAll @IntRange(min = 10, max = 200) int second) {
    ClusterSimulation cluster = new ClusterSimulation(seed, 3, new BreakerLimits(first, 0));
    for (int i = 0; i < 200; i++) {
      cluster.step();
    }
    long before = cluster.admitted();
    cluster.limit(new BreakerLimits(second, 0));
    for (int i = 0; i < 200; i++) {
      cluster.step();
      assertThat(cluster.admitted()).isLessThanOrEqualTo(Math.max(before, second));
    }
    cluster.converge();
    if (cluster.canAgree()) {
      cluster.exhaust();
      assertThat(cluster.admitted())
          .isGreaterThanOrEqualTo(Math.max(before, second - cluster.lostRequests()));
    }
  }

  @Test
  void threeNodesUseTheLimitUpExactly() {
    ClusterSimulation cluster = new ClusterSimulation(1, 3, new BreakerLimits(1000, 0));
    cluster.exhaust();
    assertThat(cluster.admitted()).isEqualTo(1000);
    assertThat(cluster.ledger().requests()).isEqualTo(1000);
  }

  private static final BreakerLimits TEN = new BreakerLimits(10, 10);

  private static Lease.Wish wish(BreakerLimits limits) {
    return new Lease.Wish(limits, true, true, 0, 0, 1, Set.of());
  }

  @Test
  void whatWasUsedBeforeALimitWasTurnedOnCounts() {
    LeasedBreaker breaker = new LeasedBreaker();
    Lease lease = new Lease("a", breaker, 1);
    for (int i = 0; i < 4; i++) {
      Admissions.granted(breaker.admit(BreakerLimits.OFF)).settle(false);
    }
    lease.returnUnused(Long.MAX_VALUE, Long.MAX_VALUE);
    Lease.Proposal proposal = lease.propose(null, wish(TEN));
    assertThat(proposal.ledger().requests()).as("used, and a half of the rest").isEqualTo(7);
    lease.accept(proposal.ledger());
    assertThat(lease.accepted(proposal, "a")).isTrue();
    assertThat(breaker.unusedRequests()).isEqualTo(3);
    assertThat(lease.returnUnused(0, 0)).isTrue();
    assertThat(lease.propose(lease.accepted(), wish(new BreakerLimits(4, 0))).ledger().requests())
        .isEqualTo(4);
  }

  @Test
  void whoLeavesReturnsAllAndHasNoSayAnyMore() {
    LeasedBreaker breaker = new LeasedBreaker();
    Lease lease = new Lease("a", breaker, 1);
    Lease.Proposal drawn = lease.propose(null, wish(TEN));
    lease.accept(drawn.ledger());
    lease.accepted(drawn, "a");
    Admissions.granted(breaker.admit(TEN)).settle(true);
    Ledger left = lease.leave(lease.accepted(), List.of()).ledger();
    assertThat(left.requests()).isEqualTo(1);
    assertThat(left.errors()).isEqualTo(1);
    assertThat(left.nodes()).isEmpty();
    assertThat(breaker.admit(TEN)).isInstanceOf(Admission.Refused.class);
    Lease other = new Lease("b", new LeasedBreaker(), 1);
    assertThat(lease.accept(other.propose(left, wish(TEN)).ledger())).isFalse();
    assertThatThrownBy(() -> lease.propose(left, wish(TEN)))
        .isInstanceOf(IllegalStateException.class);
  }

  /** Two nodes that are cut off from each other when the only voter leaves. */
  @Test
  void oneOfThoseWhoStayIsTheHeirOfTheLastVoterAndNobodyElse() {
    Lease lease = new Lease("a", new LeasedBreaker(), 1);
    write(lease, TEN);
    Ledger left = lease.leave(lease.accepted(), List.of("a", "c", "b")).ledger();
    assertThat(left.nodes()).containsExactly("c");
    assertThat(lease.leave(lease.accepted(), List.of("b", "c")).ledger().nodes())
        .as("written again")
        .containsExactly("c");
    Lease other = new Lease("b", new LeasedBreaker(), 1);
    Lease.Proposal wrong = other.propose(left, wish(TEN));
    assertThat(other.accept(wrong.ledger())).isTrue();
    assertThat(other.accepted(wrong, "b")).isFalse();
    Lease successor = new Lease("c", new LeasedBreaker(), 1);
    Lease.Proposal right = successor.propose(left, wish(TEN));
    assertThat(successor.accept(right.ledger())).isTrue();
    assertThat(successor.accepted(right, "c")).isTrue();
  }

  /** All three nodes stop at once: the first writes of the last node come too late. */
  @Test
  void whoHasLeftIsNobodysHeir() {
    Ledger three =
        new Ledger(
            0,
            1,
            "a",
            new Voters(1, List.of(Set.of("a", "b", "c"))),
            new TreeMap<>(Map.of("a", new Share(0, 0, 1, 0))),
            Ledger.EMPTY.left());
    Lease last = new Lease("c", new LeasedBreaker(), 1);
    last.leave(three, List.of("a", "b"));
    Ledger two = new Lease("a", new LeasedBreaker(), 1).leave(three, List.of("b", "c")).ledger();
    last.leave(two, List.of("a", "b"));
    Ledger one = new Lease("b", new LeasedBreaker(), 1).leave(two, List.of("a", "c")).ledger();
    Ledger none = last.leave(one, List.of("a", "b")).ledger();
    assertThat(none.nodes()).isEmpty();
    assertThat(last.leave(none, List.of("a", "b")).ledger().nodes()).isEmpty();
    Lease next = new Lease("d", new LeasedBreaker(), 1);
    write(next, none);
    assertThat(next.voting(Set.of())).isTrue();
    Lease alone = new Lease("a", new LeasedBreaker(), 1);
    write(alone, TEN);
    alone.leave(alone.accepted(), List.of("b", "c"));
    Ledger left =
        new Lease("b", new LeasedBreaker(), 1).leave(alone.accepted(), List.of()).ledger();
    assertThat(alone.leave(left, List.of("b", "c")).ledger().nodes()).containsExactly("c");
  }

  private static void write(Lease lease, Ledger found) {
    Lease.Proposal proposal = lease.propose(found, wish(TEN));
    lease.accept(proposal.ledger());
    assertThat(lease.accepted(proposal, proposal.ledger().writer())).isTrue();
  }

  @Test
  void leasesShrinkAsTheBudgetRunsOut() {
    assertThat(List.of(1000L, 500L, 100L, 12L, 6L, 5L, 1L, 0L))
        .extracting(remaining -> Lease.size(remaining, 3, 0))
        .containsExactly(100L, 83L, 16L, 2L, 1L, 1L, 1L, 0L);
    assertThat(Lease.size(1_000_000, 3, 5_000)).isEqualTo(10_000);
  }

  /** A single node that writes its lease at once. */
  private static Lease alone(LeasedBreaker breaker, BreakerLimits limits) {
    Lease lease = new Lease("a", breaker, 1);
    write(lease, limits);
    write(lease, limits);
    return lease;
  }

  private static void write(Lease lease, BreakerLimits limits) {
    Lease.Proposal proposal = lease.propose(lease.accepted(), wish(limits));
    lease.learn(proposal.ledger());
    lease.accepted(proposal, "a");
  }

  @Test
  void errorsOfThoseWhoPassTheBreakerMakeNoRoomForOthers() {
    LeasedBreaker breaker = new LeasedBreaker();
    BreakerLimits limits = new BreakerLimits(0, 10);
    Lease lease = alone(breaker, limits);
    for (int i = 0; i < 10; i++) {
      while (breaker.unusedErrors() == 0) {
        write(lease, limits);
      }
      Admissions.granted(breaker.admit(limits)).settle(true);
    }
    List<Reservation> passing =
        java.util.stream.IntStream.range(0, 5).mapToObj(i -> breaker.bypass()).toList();
    write(lease, limits);
    assertThat(lease.accepted().errors()).isEqualTo(15);
    passing.forEach(one -> one.settle(false));
    assertThat(breaker.admit(limits)).as("ten have failed").isInstanceOf(Admission.Refused.class);
    write(lease, limits);
    assertThat(breaker.admit(limits)).isInstanceOf(Admission.Refused.class);
    assertThat(lease.accepted().errors()).isEqualTo(10);
  }

  @Test
  void whatWasInFlightWhenALimitWasLoweredMakesNoRoomEither() {
    LeasedBreaker breaker = new LeasedBreaker();
    BreakerLimits high = new BreakerLimits(0, 1_000);
    Lease lease = alone(breaker, high);
    List<Reservation> inFlight =
        java.util.stream.IntStream.range(0, 50)
            .mapToObj(i -> Admissions.granted(breaker.admit(high)))
            .toList();
    BreakerLimits low = new BreakerLimits(0, 10);
    lease.errorLimitLowered();
    lease.returnUnused(0, 0);
    inFlight.forEach(one -> one.settle(false));
    int errors = 0;
    for (int i = 0; i < 100; i++) {
      write(lease, low);
      if (breaker.admit(low) instanceof Admission.Granted granted) {
        granted.reservation().settle(true);
        errors++;
      }
    }
    assertThat(errors).isEqualTo(10);
  }

  @Test
  void aLimitThatIsTurnedOnCountsWhatIsInFlight() {
    LeasedBreaker breaker = new LeasedBreaker();
    Lease lease = alone(breaker, BreakerLimits.OFF);
    List<Reservation> inFlight =
        java.util.stream.IntStream.range(0, 50)
            .mapToObj(i -> Admissions.granted(breaker.admit(BreakerLimits.OFF)))
            .toList();
    BreakerLimits on = new BreakerLimits(0, 10);
    write(lease, on);
    inFlight.forEach(one -> one.settle(false));
    int errors = 0;
    for (int i = 0; i < 100; i++) {
      write(lease, on);
      if (breaker.admit(on) instanceof Admission.Granted granted) {
        granted.reservation().settle(true);
        errors++;
      }
    }
    assertThat(errors).isEqualTo(10);
  }
}
