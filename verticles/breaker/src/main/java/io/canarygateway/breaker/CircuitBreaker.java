package io.canarygateway.breaker;

import io.canarygateway.decision.Admission;
import io.canarygateway.decision.BreakerLimits;
import io.canarygateway.decision.CanaryLimit;
import io.canarygateway.decision.DecisionReason;
import io.canarygateway.decision.LimitUse;
import io.canarygateway.decision.Reservation;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The circuit breaker of a single process.
 *
 * <p>Its counts last until a restart, as in canary-router, unless a window or a new generation is
 * set. Unlike canary-router's breaker it counts requests in flight as possible errors. So it never
 * exceeds the error limit.
 */
final class CircuitBreaker implements LocalBreaker {

  private final LongSupplier nanoClock;
  private Duration window = Duration.ZERO;

  /**
   * Null until the first configuration: a route that was just added may have requests before, which
   * count.
   */
  private @Nullable String generation;

  private volatile CanaryCounts counts;

  /**
   * Creates a breaker with empty counts.
   *
   * @param nanoClock nanoseconds that never go back, such as {@code System::nanoTime}; called by
   *     any thread
   */
  CircuitBreaker(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.counts = new CanaryCounts(nanoClock, window);
  }

  @Override
  public void configure(Duration newWindow, String newGeneration) {
    if (generation != null && !newGeneration.equals(generation)) {
      counts = new CanaryCounts(nanoClock, newWindow);
    } else if (!newWindow.equals(window)) {
      counts.window(newWindow);
    }
    window = newWindow;
    generation = newGeneration;
  }

  @Override
  public Optional<DecisionReason> tripped(BreakerLimits limits) {
    CanaryCounts now = counts;
    now.forget();
    return Optional.ofNullable(now.refusal(limits));
  }

  @Override
  public Admission admit(BreakerLimits limits) {
    CanaryCounts now = counts;
    now.forget();
    DecisionReason refusal = now.reserve(limits);
    return refusal == null
        ? new Admission.Granted(new Reservation(now))
        : new Admission.Refused(refusal);
  }

  @Override
  public Reservation bypass() {
    CanaryCounts now = counts;
    now.reserveAnyway();
    return new Reservation(now);
  }

  @Override
  public LimitUse use(CanaryLimit which, BreakerLimits limits) {
    boolean ofErrors = which == CanaryLimit.ERRORS;
    long used = ofErrors ? errors() : requests();
    long limit = ofErrors ? limits.errors() : limits.requests();
    return new LimitUse(used, limit, limit > 0 && used >= limit);
  }

  @Override
  public long requests() {
    CanaryCounts now = counts;
    now.forget();
    return now.requests();
  }

  @Override
  public long errors() {
    CanaryCounts now = counts;
    now.forget();
    return now.errors();
  }

  @Override
  public long inFlight() {
    return counts.inFlight();
  }
}
