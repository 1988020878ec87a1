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
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class CircuitBreakerTest {

  private final CircuitBreaker breaker = new CircuitBreaker(System::nanoTime);

  @Test
  void withoutLimitsAllAreAdmitted() {
    for (int i = 0; i < 1000; i++) {
      Admissions.granted(breaker.admit(BreakerLimits.OFF)).settle(true);
    }
    assertThat(breaker.tripped(BreakerLimits.OFF)).isEmpty();
    assertThat(breaker.requests()).isEqualTo(1000);
    assertThat(breaker.errors()).isEqualTo(1000);
    assertThat(breaker.inFlight()).isZero();
  }

  @Test
  void theRequestLimitDoesNotRefill() {
    BreakerLimits limits = new BreakerLimits(2, 0);
    Admissions.granted(breaker.admit(limits)).settle(false);
    Admissions.granted(breaker.admit(limits)).settle(false);
    assertThat(breaker.admit(limits))
        .isEqualTo(new Admission.Refused(DecisionReason.REQUEST_LIMIT));
    assertThat(breaker.tripped(limits)).contains(DecisionReason.REQUEST_LIMIT);
    assertThat(breaker.inFlight()).isZero();
  }

  @Test
  void requestsInFlightHoldRoomForTheirErrors() {
    BreakerLimits limits = new BreakerLimits(0, 2);
    Reservation one = Admissions.granted(breaker.admit(limits));
    Reservation two = Admissions.granted(breaker.admit(limits));
    assertThat(breaker.admit(limits))
        .as("no error has happened")
        .isEqualTo(new Admission.Refused(DecisionReason.ERROR_LIMIT_RESERVED));
    assertThat(breaker.tripped(limits)).contains(DecisionReason.ERROR_LIMIT_RESERVED);
    assertThat(breaker.use(CanaryLimit.ERRORS, limits)).isEqualTo(new LimitUse(0, 2, false));
    one.settle(false);
    Reservation three = Admissions.granted(breaker.admit(limits));
    two.settle(true);
    assertThat(breaker.tripped(limits)).contains(DecisionReason.ERROR_LIMIT_RESERVED);
    three.settle(true);
    assertThat(breaker.tripped(limits)).contains(DecisionReason.ERROR_LIMIT);
    assertThat(breaker.admit(limits)).isEqualTo(new Admission.Refused(DecisionReason.ERROR_LIMIT));
    assertThat(breaker.use(CanaryLimit.ERRORS, limits)).isEqualTo(new LimitUse(2, 2, true));
  }

  @Test
  void reservedIsTheReasonOnlyIfThereIsNoOther() {
    BreakerLimits limits = new BreakerLimits(1, 1);
    Reservation held = Admissions.granted(breaker.admit(limits));
    assertThat(breaker.admit(limits))
        .isEqualTo(new Admission.Refused(DecisionReason.REQUEST_LIMIT));
    assertThat(breaker.tripped(limits)).contains(DecisionReason.REQUEST_LIMIT);
    held.settle(false);
  }

  @Test
  void aReservationIsSettledOnce() {
    Reservation reservation = Admissions.granted(breaker.admit(BreakerLimits.OFF));
    reservation.settle(true);
    reservation.settle(true);
    reservation.settle(false);
    assertThat(breaker.errors()).isEqualTo(1);
    assertThat(breaker.inFlight()).isZero();
  }

  @Test
  void whatBypassesTakesNoRequestButItsErrorsCount() {
    BreakerLimits limits = new BreakerLimits(1, 1);
    breaker.bypass().settle(true);
    assertThat(breaker.requests()).isZero();
    assertThat(breaker.tripped(limits)).contains(DecisionReason.ERROR_LIMIT);
  }

  @Test
  void aRaisedLimitLetsMoreIn() {
    Admissions.granted(breaker.admit(new BreakerLimits(1, 0))).settle(false);
    assertThat(breaker.admit(new BreakerLimits(1, 0))).isInstanceOf(Admission.Refused.class);
    assertThat(breaker.admit(new BreakerLimits(2, 0))).isInstanceOf(Admission.Granted.class);
  }

  @Test
  void aNewGenerationStartsTheCountsAnew() {
    BreakerLimits limits = new BreakerLimits(2, 1);
    breaker.configure(Duration.ZERO, "one");
    Reservation old = Admissions.granted(breaker.admit(limits));
    breaker.configure(Duration.ZERO, "two");
    assertThat(breaker.tripped(limits)).isEmpty();
    assertThat(breaker.requests()).isZero();
    Admissions.granted(breaker.admit(limits)).settle(false);
    old.settle(true);
    assertThat(breaker.errors()).as("of the old generation").isZero();
    assertThat(breaker.inFlight()).isZero();
    Admissions.granted(breaker.admit(limits)).settle(true);
    assertThat(breaker.tripped(limits)).contains(DecisionReason.REQUEST_LIMIT);
  }

  @Test
  void theSameGenerationAgainChangesNothing() {
    BreakerLimits limits = new BreakerLimits(1, 0);
    breaker.configure(Duration.ZERO, "two");
    Admissions.granted(breaker.admit(limits)).settle(false);
    breaker.configure(Duration.ZERO, "two");
    breaker.configure(Duration.ofSeconds(1), "two");
    assertThat(breaker.tripped(limits)).contains(DecisionReason.REQUEST_LIMIT);
  }

  @Property(tries = 200)
  void neitherLimitIsEverOvershot(
      @ForAll @IntRange(min = 1, max = 60) int requestLimit,
      @ForAll @IntRange(min = 1, max = 60) int errorLimit,
      @ForAll @IntRange(min = 0, max = 100) int failurePercent)
      throws Exception {
    CircuitBreaker shared = new CircuitBreaker(System::nanoTime);
    BreakerLimits limits = new BreakerLimits(requestLimit, errorLimit);
    AtomicLong admitted = new AtomicLong();
    AtomicLong failed = new AtomicLong();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<?>> workers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      workers.add(
          threads.submit(
              () -> {
                // Many: while a thread stands still with a reservation, others may get none.
                for (int n = 0; n < 1_000; n++) {
                  if (shared.admit(limits) instanceof Admission.Granted granted) {
                    admitted.incrementAndGet();
                    boolean fails = ThreadLocalRandom.current().nextInt(100) < failurePercent;
                    if (fails) {
                      failed.incrementAndGet();
                    }
                    granted.reservation().settle(fails);
                  }
                }
              }));
    }
    for (Future<?> worker : workers) {
      worker.get();
    }
    threads.shutdown();
    assertThat(admitted.get()).isLessThanOrEqualTo(requestLimit).isEqualTo(shared.requests());
    assertThat(failed.get()).isLessThanOrEqualTo(errorLimit).isEqualTo(shared.errors());
    assertThat(shared.inFlight()).isZero();
    if (failurePercent == 0) {
      assertThat(admitted.get()).as("the limit is reached exactly").isEqualTo(requestLimit);
    }
  }

  @Test
  void requestsBeforeTheFirstConfigurationCount() {
    BreakerLimits limits = new BreakerLimits(2, 0);
    Admissions.granted(breaker.admit(limits)).settle(false);
    breaker.configure(Duration.ofMinutes(1), "first");
    assertThat(breaker.requests()).isEqualTo(1);
    breaker.configure(Duration.ofMinutes(1), "second");
    assertThat(breaker.requests()).isZero();
  }
}
