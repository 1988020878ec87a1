package io.canarygateway.decision;

import static org.assertj.core.api.Assertions.assertThat;

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

  private final CircuitBreaker breaker = new CircuitBreaker();

  @Test
  void withoutLimitsAllAreAdmitted() {
    for (int i = 0; i < 1000; i++) {
      breaker.admit(BreakerLimits.OFF).reservation().settle(true);
    }
    assertThat(breaker.tripped(BreakerLimits.OFF)).isEmpty();
    assertThat(breaker.requests()).isEqualTo(1000);
    assertThat(breaker.errors()).isEqualTo(1000);
    assertThat(breaker.inFlight()).isZero();
  }

  @Test
  void theRequestLimitDoesNotRefill() {
    BreakerLimits limits = new BreakerLimits(2, 0);
    breaker.admit(limits).reservation().settle(false);
    breaker.admit(limits).reservation().settle(false);
    assertThat(breaker.admit(limits).refusal()).isEqualTo(DecisionReason.REQUEST_LIMIT);
    assertThat(breaker.tripped(limits)).contains(DecisionReason.REQUEST_LIMIT);
    assertThat(breaker.inFlight()).isZero();
  }

  @Test
  void requestsInFlightHoldRoomForTheirErrors() {
    BreakerLimits limits = new BreakerLimits(0, 2);
    Reservation one = breaker.admit(limits).reservation();
    Reservation two = breaker.admit(limits).reservation();
    assertThat(breaker.admit(limits).refusal()).isEqualTo(DecisionReason.ERROR_LIMIT);
    assertThat(breaker.tripped(limits)).as("no error has happened").isEmpty();
    one.settle(false);
    Reservation three = breaker.admit(limits).reservation();
    two.settle(true);
    three.settle(true);
    assertThat(breaker.tripped(limits)).contains(DecisionReason.ERROR_LIMIT);
  }

  @Test
  void aReservationIsSettledOnce() {
    Reservation reservation = breaker.admit(BreakerLimits.OFF).reservation();
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
    breaker.admit(new BreakerLimits(1, 0)).reservation().settle(false);
    assertThat(breaker.admit(new BreakerLimits(1, 0)).reservation()).isNull();
    assertThat(breaker.admit(new BreakerLimits(2, 0)).reservation()).isNotNull();
  }

  @Property(tries = 200)
  void neitherLimitIsEverOvershot(
      @ForAll @IntRange(min = 1, max = 60) int requestLimit,
      @ForAll @IntRange(min = 1, max = 60) int errorLimit,
      @ForAll @IntRange(min = 0, max = 100) int failurePercent)
      throws Exception {
    CircuitBreaker shared = new CircuitBreaker();
    BreakerLimits limits = new BreakerLimits(requestLimit, errorLimit);
    AtomicLong admitted = new AtomicLong();
    AtomicLong failed = new AtomicLong();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<?>> workers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      workers.add(
          threads.submit(
              () -> {
                for (int n = 0; n < 100; n++) {
                  Admission admission = shared.admit(limits);
                  if (admission.reservation() != null) {
                    admitted.incrementAndGet();
                    boolean fails = ThreadLocalRandom.current().nextInt(100) < failurePercent;
                    if (fails) {
                      failed.incrementAndGet();
                    }
                    admission.reservation().settle(fails);
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
}
