package io.canarygateway.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.config.ReleaseMode;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What counts as the time of a step. */
class StepClockTest {

  private final Clocks clocks = new Clocks();
  private final StepClock clock = new StepClock(clocks);
  private final Progress first =
      Transitions.start(
              TransitionsTest.config(ReleaseMode.ACT, 0.01, 1), 1, Rehearsals.NONE, 100_000)
          .to();

  /** Passes in looks of 25 ms, as the verticle has them. */
  private void pass(long seconds, boolean deciding) {
    for (long ms = 0; ms < seconds * 1_000; ms += 25) {
      clocks.millis += 25;
      clock.see(deciding);
    }
  }

  @Test
  void theTimeBeforeAStartCountsByTheWallClock() {
    clocks.millis = 107_000;
    clock.see(true);
    clock.follow(null, first);
    assertThat(clock.millis()).isEqualTo(7_000);
    pass(2, true);
    assertThat(clock.millis()).isEqualTo(9_000);
  }

  @Test
  void theClockStandsStillWhileTheReleaseDecidesNothing() {
    clock.follow(null, first);
    pass(30, true);
    pass(600, false);
    assertThat(clock.millis()).isEqualTo(30_000);
    pass(10, true);
    assertThat(clock.millis()).isEqualTo(40_000);
  }

  @Test
  void aStepBeginsAtZero() {
    clock.follow(null, first);
    pass(30, true);
    pass(30, false);
    Progress second = first.step(Stage.RUNNING, 0.5, clocks.millis, 100);
    clock.follow(first, second);
    pass(1, false);
    assertThat(clock.millis()).isZero();
    pass(2, true);
    assertThat(clock.millis()).isEqualTo(2_000);
    clock.follow(second, second);
    assertThat(clock.millis()).isEqualTo(2_000);
  }

  private static final class Clocks extends Alone {

    private long millis = 100_000;

    @Override
    public long nanoTime() {
      return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @Override
    public long millis() {
      return millis;
    }
  }
}
