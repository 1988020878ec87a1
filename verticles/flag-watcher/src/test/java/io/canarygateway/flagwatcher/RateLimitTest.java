package io.canarygateway.flagwatcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateLimitTest {

  private final AtomicLong now = new AtomicLong(5);
  private final RateLimit limit = new RateLimit(2, Duration.ofNanos(100), now::get);

  @Test
  void eachKeyHasItsOwnLimitForEachWindow() {
    assertThat(limit.allows("a")).isTrue();
    assertThat(limit.allows("a")).isTrue();
    assertThat(limit.allows("a")).isFalse();
    assertThat(limit.allows("b")).isTrue();
    now.addAndGet(99);
    assertThat(limit.allows("a")).isFalse();
    now.addAndGet(1);
    assertThat(limit.allows("a")).isTrue();
  }
}
