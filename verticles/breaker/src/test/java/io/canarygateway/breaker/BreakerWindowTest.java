package io.canarygateway.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.decision.Admission;
import io.canarygateway.decision.BreakerLimits;
import io.canarygateway.decision.DecisionReason;
import io.canarygateway.decision.Reservation;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.lifecycle.BeforeTry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The limits hold in each interval of the length of the window, at any time. */
class BreakerWindowTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final int THREADS = 4;

  private AtomicLong clock;
  private CircuitBreaker breaker;

  /** A clock may start at any value, as System.nanoTime does, and pass through zero. */
  @BeforeEach
  @BeforeTry
  void startAnew() {
    clock = new AtomicLong(-Duration.ofSeconds(90).toNanos());
    breaker = new CircuitBreaker(clock::get);
  }

  private void pass(Duration time) {
    clock.addAndGet(time.toNanos());
  }

  @Test
  void whatIsOlderThanTheWindowDoesNotCount() {
    BreakerLimits limits = new BreakerLimits(2, 0);
    breaker.configure(MINUTE, "");
    Admissions.granted(breaker.admit(limits)).settle(false);
    pass(Duration.ofSeconds(30));
    Admissions.granted(breaker.admit(limits)).settle(false);
    pass(Duration.ofSeconds(30));
    assertThat(breaker.tripped(limits)).contains(DecisionReason.REQUEST_LIMIT);
    pass(Duration.ofSeconds(2));
    assertThat(breaker.tripped(limits)).as("the first one is forgotten").isEmpty();
    Admissions.granted(breaker.admit(limits)).settle(false);
    assertThat(breaker.tripped(limits)).contains(DecisionReason.REQUEST_LIMIT);
    pass(Duration.ofHours(1));
    assertThat(breaker.requests()).isZero();
  }

  @Test
  void anErrorCountsFromWhenItHappened() {
    BreakerLimits limits = new BreakerLimits(0, 1);
    breaker.configure(MINUTE, "");
    Reservation slow = Admissions.granted(breaker.admit(limits));
    pass(Duration.ofMinutes(10));
    assertThat(breaker.tripped(limits)).contains(DecisionReason.ERROR_LIMIT_RESERVED);
    slow.settle(true);
    pass(Duration.ofSeconds(60));
    assertThat(breaker.tripped(limits)).contains(DecisionReason.ERROR_LIMIT);
    pass(Duration.ofSeconds(2));
    assertThat(breaker.tripped(limits)).isEmpty();
    assertThat(breaker.inFlight()).isZero();
  }

  @Test
  void anotherWindowTakesOverWhatCounts() {
    BreakerLimits limits = new BreakerLimits(0, 1);
    breaker.configure(Duration.ZERO, "");
    Admissions.granted(breaker.admit(limits)).settle(true);
    pass(Duration.ofHours(1));
    breaker.configure(MINUTE, "");
    assertThat(breaker.tripped(limits)).contains(DecisionReason.ERROR_LIMIT);
    breaker.configure(MINUTE.multipliedBy(2), "");
    pass(Duration.ofSeconds(120));
    assertThat(breaker.tripped(limits)).contains(DecisionReason.ERROR_LIMIT);
    pass(Duration.ofSeconds(3));
    assertThat(breaker.tripped(limits)).isEmpty();
    Admissions.granted(breaker.admit(limits)).settle(true);
    breaker.configure(Duration.ZERO, "");
    pass(Duration.ofDays(1));
    assertThat(breaker.tripped(limits)).as("nothing is forgotten").isNotEmpty();
  }

  /** An event between two readings of the clock. */
  private record Event(long from, long to) {}

  /** The most events that certainly happened within one interval of the length of the window. */
  private static long mostWithin(Iterable<Event> events, long windowNanos) {
    List<Event> all = new ArrayList<>();
    events.forEach(all::add);
    long most = 0;
    for (Event first : all) {
      long within =
          all.stream()
              .filter(e -> e.from() >= first.from() && e.to() <= first.from() + windowNanos)
              .count();
      most = Math.max(most, within);
    }
    return most;
  }

  @Property(tries = 300)
  void neitherLimitIsOvershotInAnyInterval(
      @ForAll @IntRange(min = 1, max = 8) int requestLimit,
      @ForAll @IntRange(min = 1, max = 8) int errorLimit,
      @ForAll @LongRange(min = 1, max = 1_000) long windowNanos,
      @ForAll Random random) {
    BreakerLimits limits = new BreakerLimits(requestLimit, errorLimit);
    breaker.configure(Duration.ofNanos(windowNanos), "");
    List<Event> admitted = new ArrayList<>();
    List<Event> failed = new ArrayList<>();
    Deque<Reservation> inFlight = new ArrayDeque<>();
    for (int i = 0; i < 400; i++) {
      long now = clock.addAndGet(random.nextLong(windowNanos / 4 + 2));
      if (random.nextBoolean() && breaker.admit(limits) instanceof Admission.Granted granted) {
        admitted.add(new Event(now, now));
        inFlight.add(granted.reservation());
      } else if (!inFlight.isEmpty()) {
        boolean error = random.nextBoolean();
        inFlight.poll().settle(error);
        if (error) {
          failed.add(new Event(now, now));
        }
      }
    }
    assertThat(mostWithin(admitted, windowNanos)).isLessThanOrEqualTo(requestLimit);
    assertThat(mostWithin(failed, windowNanos)).isLessThanOrEqualTo(errorLimit);
    inFlight.forEach(reservation -> reservation.settle(false));
    clock.addAndGet(62 * (windowNanos / 60 + 1));
    assertThat(breaker.tripped(limits)).as("all is forgotten").isEmpty();
    assertThat(breaker.requests() + breaker.errors() + breaker.inFlight()).isZero();
  }

  @Property(tries = 40)
  void norByManyThreads(
      @ForAll @IntRange(min = 1, max = 20) int requestLimit,
      @ForAll @IntRange(min = 1, max = 20) int errorLimit)
      throws Exception {
    long windowNanos = 1_000;
    BreakerLimits limits = new BreakerLimits(requestLimit, errorLimit);
    breaker.configure(Duration.ofNanos(windowNanos), "");
    ConcurrentLinkedQueue<Event> admitted = new ConcurrentLinkedQueue<>();
    ConcurrentLinkedQueue<Event> failed = new ConcurrentLinkedQueue<>();
    inParallel(
        random -> {
          long from = clock.addAndGet(random.nextInt(20));
          if (breaker.admit(limits) instanceof Admission.Granted granted) {
            admitted.add(new Event(from, clock.get()));
            boolean error = random.nextBoolean();
            long settling = clock.get();
            granted.reservation().settle(error);
            if (error) {
              failed.add(new Event(settling, clock.get()));
            }
          }
        });
    assertThat(mostWithin(admitted, windowNanos)).isLessThanOrEqualTo(requestLimit);
    assertThat(mostWithin(failed, windowNanos)).isLessThanOrEqualTo(errorLimit);
    assertThat(breaker.inFlight()).isZero();
  }

  @Property(tries = 40)
  void nothingIsLostOrKeptForeverHoweverOftenTheWindowChanges(
      @ForAll @IntRange(min = 1, max = 300) int limit) throws Exception {
    BreakerLimits limits = new BreakerLimits(limit, limit);
    AtomicLong admitted = new AtomicLong();
    Duration longest = Duration.ofNanos(1_000_000);
    inParallel(
        random -> {
          if (random.nextInt(10) == 0) {
            Duration window = random.nextBoolean() ? longest : Duration.ZERO;
            synchronized (breaker) { // One caller at a time.
              breaker.configure(window, "");
            }
          }
          clock.addAndGet(random.nextInt(10));
          if (breaker.admit(limits) instanceof Admission.Granted granted) {
            admitted.incrementAndGet();
            granted.reservation().settle(random.nextBoolean());
          }
        });
    assertThat(admitted.get()).isLessThanOrEqualTo(limit).isEqualTo(breaker.requests());
    breaker.configure(longest, "");
    clock.addAndGet(2 * longest.toNanos());
    assertThat(breaker.requests() + breaker.errors() + breaker.inFlight()).isZero();
  }

  private interface Step {
    void run(Random random) throws Exception;
  }

  private static void inParallel(Step step) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    List<Future<Void>> workers = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      Random random = new Random(i);
      Callable<Void> worker =
          () -> {
            for (int n = 0; n < 400; n++) {
              step.run(random);
            }
            return null;
          };
      workers.add(threads.submit(worker));
    }
    threads.shutdown();
    for (Future<Void> worker : workers) {
      worker.get();
    }
  }
}
