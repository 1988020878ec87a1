package io.canarygateway.decision;

import static org.assertj.core.api.Assertions.assertThat;

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

  private final LeasedBreaker breaker = new LeasedBreaker();

  private void grant(long requests, long errors) {
    breaker.requestBudget().add(requests);
    breaker.errorBudget().add(errors);
  }

  @Test
  void withoutALeaseNothingIsAdmitted() {
    assertThat(breaker.tripped(BOTH)).isEmpty();
    assertThat(breaker.admit(BOTH)).isEqualTo(new Admission.Refused(DecisionReason.NOT_LEASED));
    grant(0, 1);
    assertThat(breaker.admit(BOTH)).isEqualTo(new Admission.Refused(DecisionReason.NOT_LEASED));
    assertThat(breaker.unusedErrors()).as("given back").isEqualTo(1);
    assertThat(breaker.requests()).isZero();
    assertThat(breaker.inFlight()).isZero();
  }

  @Test
  void withNothingLeftItIsTheLimitsFault() {
    breaker.requestBudget().expect(0, true);
    breaker.errorBudget().expect(0, true);
    assertThat(breaker.tripped(BOTH)).contains(DecisionReason.REQUEST_LIMIT);
    assertThat(breaker.tripped(new BreakerLimits(0, 1))).contains(DecisionReason.ERROR_LIMIT);
    assertThat(breaker.admit(BOTH)).isEqualTo(new Admission.Refused(DecisionReason.ERROR_LIMIT));
    grant(0, 1);
    assertThat(breaker.admit(BOTH)).isEqualTo(new Admission.Refused(DecisionReason.REQUEST_LIMIT));
  }

  @Test
  void anErrorOfALeaseComesBackUnlessTheCanaryFails() {
    grant(3, 1);
    breaker.errorBudget().expect(0, true);
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
    assertThat(breaker.unusedRequests()).as("a debt").isEqualTo(-100);
    assertThat(breaker.unusedErrors()).isEqualTo(-50);
  }

  @Test
  void whatBypassesTakesAnErrorEvenIfThereIsNone() {
    breaker.bypass().settle(true);
    assertThat(breaker.unusedErrors()).isEqualTo(-1);
    assertThat(breaker.requests()).isZero();
    grant(1, 1);
    assertThat(breaker.admit(BOTH)).isInstanceOf(Admission.Refused.class);
  }

  @Test
  void aLeaseThatRunsLowIsToldOnce() {
    AtomicInteger told = new AtomicInteger();
    breaker.onWant(told::incrementAndGet);
    grant(10, 100);
    breaker.requestBudget().expect(5, false);
    for (int i = 0; i < 4; i++) {
      breaker.admit(BOTH);
    }
    assertThat(told).hasValue(0);
    for (int i = 0; i < 20; i++) {
      breaker.admit(BOTH);
    }
    assertThat(told).hasValue(1);
    assertThat(breaker.wants()).isTrue();
    breaker.satisfied();
    breaker.admit(BOTH);
    assertThat(told).hasValue(2);
  }

  @Property(tries = 100)
  void returningWhileManyAdmitIsExact(
      @ForAll @IntRange(min = 1, max = 400) int granted,
      @ForAll @IntRange(min = 0, max = 100) int failurePercent)
      throws Exception {
    LeasedBreaker shared = new LeasedBreaker();
    shared.requestBudget().add(granted);
    shared.errorBudget().add(granted);
    AtomicLong admitted = new AtomicLong();
    AtomicLong failed = new AtomicLong();
    AtomicLong returned = new AtomicLong();
    AtomicLong returnedErrors = new AtomicLong();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<?>> workers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      workers.add(
          threads.submit(
              () -> {
                for (int n = 0; n < 100; n++) {
                  if (n % 10 == 0) {
                    int keep = ThreadLocalRandom.current().nextInt(granted);
                    returned.addAndGet(shared.requestBudget().reclaim(keep));
                    returnedErrors.addAndGet(shared.errorBudget().reclaim(keep));
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
    assertThat(admitted.get() + returned.get() + shared.unusedRequests()).isEqualTo(granted);
    assertThat(failed.get() + returnedErrors.get() + shared.unusedErrors()).isEqualTo(granted);
    assertThat(shared.requests()).isEqualTo(admitted.get());
    assertThat(shared.inFlight()).isZero();
  }
}
