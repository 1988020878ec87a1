package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** The limits for copies of requests. */
class MirrorsTest {

  private final AtomicBoolean crowded = new AtomicBoolean();
  private final BufferBudget budget = new BufferBudget(10);
  private final Mirrors mirrors =
      new Mirrors(new Mirrors.Limits(2, budget), crowded::get, new SplittableRandom(1));

  @Test
  void noMoreBeginThanThereArePlaces() {
    assertThat(mirrors.tryBegin()).isTrue();
    assertThat(mirrors.tryBegin()).isTrue();
    assertThat(mirrors.tryBegin()).isFalse();
    assertThat(mirrors.tryTake(8)).isTrue();
    assertThat(mirrors.tryTake(3)).isFalse();
    mirrors.end(8);
    assertThat(mirrors.inFlight()).isEqualTo(1);
    assertThat(budget.used()).isZero();
    assertThat(mirrors.tryBegin()).isTrue();
  }

  @Test
  void noneBeginsWhileThereAreTooManySockets() {
    crowded.set(true);
    assertThat(mirrors.tryBegin()).isFalse();
    crowded.set(false);
    assertThat(mirrors.tryBegin()).isTrue();
  }

  @Test
  void allOrNoneAreSelectedAtTheEnds() {
    for (int i = 0; i < 1_000; i++) {
      assertThat(mirrors.selects(1)).isTrue();
      assertThat(mirrors.selects(0)).isFalse();
    }
  }

  @Test
  void aProcessWithFewSocketsHasFewCopies() {
    assertThat(Mirrors.Limits.of(60_000, 2).inFlight()).isEqualTo(256);
    assertThat(Mirrors.Limits.of(800, 2).inFlight()).isEqualTo(50);
    assertThat(Mirrors.Limits.of(8, 4).inFlight()).isEqualTo(1);
  }
}
