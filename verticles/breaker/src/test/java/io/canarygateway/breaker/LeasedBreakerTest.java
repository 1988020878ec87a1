package io.canarygateway.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.decision.Admission;
import io.canarygateway.decision.BreakerLimits;
import io.canarygateway.decision.CanaryLimit;
import io.canarygateway.decision.DecisionReason;
import io.canarygateway.decision.LimitUse;
import io.canarygateway.decision.Reservation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LeasedBreakerTest {

  private static final BreakerLimits BOTH = new BreakerLimits(10, 10);
  private static final BudgetView NOTHING_LEFT = new BudgetView(0, true, 10, false);

  private final LeasedBreaker breaker = new LeasedBreaker(() -> 0);
  private final LeasedCounts counts = breaker.counts();

  private void grant(long requests, long errors) {
    counts.requests().lease(requests);
    counts.errors().lease(errors);
  }

  @Test
  void withoutALeaseNothingIsAdmitted() {
    assertThat(breaker.tripped(BOTH)).isEmpty();
    assertThat(breaker.admit(BOTH)).isEqualTo(new Admission.Refused(DecisionReason.NOT_LEASED));
    grant(0, 1);
    assertThat(breaker.admit(BOTH)).isEqualTo(new Admission.Refused(DecisionReason.NOT_LEASED));
    assertThat(counts.errors().balance()).as("given back").isEqualTo(1);
    assertThat(breaker.requests()).isZero();
    assertThat(breaker.inFlight()).isZero();
  }

  @Test
  void thereIsRoomWhereARequestWouldBeAdmitted() {
    BreakerLimits requests = new BreakerLimits(10, 0);
    BreakerLimits errors = new BreakerLimits(0, 10);
    assertThat(breaker.hasRoom(BreakerLimits.OFF)).isTrue();
    grant(0, 1);
    assertThat(breaker.hasRoom(errors)).isTrue();
    assertThat(breaker.hasRoom(requests)).isFalse();
    grant(1, 0);
    assertThat(breaker.hasRoom(BOTH)).isTrue();
    counts.errors().view(NOTHING_LEFT);
    assertThat(breaker.hasRoom(BOTH)).isEqualTo(!NOTHING_LEFT.closed());
    Admissions.granted(breaker.admit(BOTH));
    assertThat(breaker.hasRoom(BOTH)).isFalse();
    assertThat(counts.refusedRequests() + counts.refusedErrors()).as("no demand").isZero();
    counts.validUntil(-1);
    assertThat(breaker.hasRoom(BreakerLimits.OFF)).isFalse();
  }

  @Test
  void aLimitThatOthersHaveUsedUpIsReached() {
    counts.requests().view(NOTHING_LEFT);
    counts.errors().view(NOTHING_LEFT);
    assertThat(breaker.tripped(BOTH)).contains(DecisionReason.REQUEST_LIMIT);
    assertThat(breaker.tripped(new BreakerLimits(0, 10))).contains(DecisionReason.ERROR_LIMIT);
    assertThat(breaker.admit(BOTH)).isEqualTo(new Admission.Refused(DecisionReason.REQUEST_LIMIT));
    assertThat(breaker.admit(new BreakerLimits(0, 10)))
        .isEqualTo(new Admission.Refused(DecisionReason.ERROR_LIMIT));
    grant(0, 1);
    assertThat(breaker.admit(BOTH)).isEqualTo(new Admission.Refused(DecisionReason.REQUEST_LIMIT));
  }

  @Test
  void anErrorOfALeaseComesBackUnlessTheCanaryFails() {
    grant(3, 1);
    counts.errors().view(new BudgetView(0, true, 9, false));
    Reservation first = Admissions.granted(breaker.admit(BOTH));
    assertThat(breaker.admit(BOTH))
        .as("may come back")
        .isEqualTo(new Admission.Refused(DecisionReason.ERROR_LIMIT_RESERVED));
    assertThat(breaker.tripped(BOTH)).contains(DecisionReason.ERROR_LIMIT_RESERVED);
    assertThat(breaker.use(CanaryLimit.ERRORS, BOTH).reached()).isFalse();
    first.settle(false);
    first.settle(true);
    Admissions.granted(breaker.admit(BOTH)).settle(true);
    assertThat(breaker.tripped(BOTH)).contains(DecisionReason.ERROR_LIMIT);
    assertThat(breaker.use(CanaryLimit.ERRORS, BOTH)).isEqualTo(new LimitUse(10, 10, true));
    assertThat(breaker.errors()).isEqualTo(1);
    assertThat(breaker.requests()).isEqualTo(2);
    assertThat(breaker.inFlight()).isZero();
  }

  @Test
  void withoutLimitsAllAreAdmittedAndCounted() {
    for (int i = 0; i < 100; i++) {
      Admissions.granted(breaker.admit(BreakerLimits.OFF)).settle(i % 2 == 0);
    }
    assertThat(breaker.tripped(BreakerLimits.OFF)).isEmpty();
    assertThat(breaker.requests()).isEqualTo(100);
    assertThat(breaker.errors()).isEqualTo(50);
    assertThat(counts.requests().debt()).isEqualTo(100);
    assertThat(counts.errors().debt()).isEqualTo(50);
  }

  @Test
  void whatBypassesTakesAnErrorEvenIfThereIsNone() {
    breaker.bypass().settle(true);
    assertThat(counts.errors().debt()).isEqualTo(1);
    assertThat(breaker.requests()).isZero();
    grant(1, 1);
    assertThat(breaker.admit(BOTH)).isInstanceOf(Admission.Refused.class);
  }

  @Test
  void nothingIsSpentWhileMoreIsLeasedThanTheLimit() {
    grant(5, 5);
    counts.errors().view(new BudgetView(0, true, 0, true));
    assertThat(breaker.admit(BOTH)).isInstanceOf(Admission.Refused.class);
    assertThat(counts.errors().balance()).isEqualTo(5);
    counts.errors().view(BudgetView.UNKNOWN);
    Admissions.granted(breaker.admit(BOTH));
  }

  @Test
  void aLeaseThatRunsLowIsToldOnce() {
    AtomicInteger told = new AtomicInteger();
    breaker.onWant(told::incrementAndGet);
    grant(10, 100);
    counts.requests().view(new BudgetView(5, false, 0, false));
    for (int i = 0; i < 4; i++) {
      breaker.admit(BOTH);
    }
    assertThat(told).hasValue(0);
    for (int i = 0; i < 20; i++) {
      breaker.admit(BOTH);
    }
    assertThat(told).hasValue(1);
    counts.satisfied();
    breaker.admit(BOTH);
    assertThat(told).hasValue(2);
  }

  @Test
  void anotherGenerationForgetsRequestsInFlight() {
    grant(1, 1);
    Reservation old = Admissions.granted(breaker.admit(BOTH));
    breaker.startAnew(Duration.ZERO);
    old.settle(true);
    assertThat(breaker.errors()).isZero();
    assertThat(breaker.inFlight()).isZero();
    assertThat(breaker.admit(BOTH)).isEqualTo(new Admission.Refused(DecisionReason.NOT_LEASED));
  }

  @Property(tries = 100)
  void returningWhileManyAdmitIsExact(
      @ForAll @IntRange(min = 1, max = 400) int granted,
      @ForAll @IntRange(min = 0, max = 100) int failurePercent)
      throws Exception {
    LeasedBreaker shared = new LeasedBreaker(() -> 0);
    Budget requests = shared.counts().requests();
    Budget errors = shared.counts().errors();
    requests.lease(granted);
    errors.lease(granted);
    AtomicLong admitted = new AtomicLong();
    AtomicLong failed = new AtomicLong();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<?>> workers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      boolean returns = i == 0;
      workers.add(
          threads.submit(
              () -> {
                for (int n = 0; n < 100; n++) {
                  if (returns && n % 10 == 0) {
                    int keep = ThreadLocalRandom.current().nextInt(granted);
                    requests.reclaim(keep);
                    errors.reclaim(keep);
                  }
                  if (shared.admit(BOTH) instanceof Admission.Granted given) {
                    admitted.incrementAndGet();
                    boolean fails = ThreadLocalRandom.current().nextInt(100) < failurePercent;
                    failed.addAndGet(fails ? 1 : 0);
                    given.reservation().settle(fails);
                  }
                }
              }));
    }
    for (Future<?> worker : workers) {
      worker.get();
    }
    threads.shutdown();
    assertThat(admitted.get() + requests.balance()).isEqualTo(requests.leased());
    assertThat(failed.get() + errors.balance()).isEqualTo(errors.leased());
    assertThat(requests.leased()).isLessThanOrEqualTo(granted);
    assertThat(shared.requests()).isEqualTo(admitted.get());
    assertThat(shared.errors()).isEqualTo(failed.get());
    assertThat(shared.inFlight()).isZero();
  }
}
