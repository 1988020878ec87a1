package io.canarygateway.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {

  @Test
  void itDoublesUpToTheLimitWithJitterAndBeginsAnew() {
    Backoff backoff = new Backoff(100, 1_000, new Random(1));
    long[] steps = {100, 200, 400, 800, 1_000, 1_000, 1_000};
    for (long step : steps) {
      assertThat(backoff.next()).isBetween(step / 2, step);
    }
    backoff.reset();
    assertThat(backoff.next()).isBetween(50L, 100L);
  }
}
