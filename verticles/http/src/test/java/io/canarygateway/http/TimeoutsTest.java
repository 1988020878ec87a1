package io.canarygateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class TimeoutsTest {

  private final List<String> over = new CopyOnWriteArrayList<>();

  @Test
  void eachRunsOnceUnlessItIsCancelled() {
    try (TestLoop loop = new TestLoop()) {
      Timeouts timeouts =
          loop.call(() -> new Timeouts(loop.upstreams(), Duration.ofMillis(50).toNanos()));
      long begin = System.nanoTime();
      loop.run(() -> timeouts.begin(() -> over.add("first")));
      Timeouts.Timeout second =
          loop.call(
              () -> {
                Timeouts.Timeout begun = timeouts.begin(() -> over.add("second"));
                begun.cancel();
                return begun;
              });
      await().until(() -> !over.isEmpty());
      assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(50_000_000);
      loop.run(() -> timeouts.begin(() -> over.add("third"))); // The list is swept again.
      await().until(() -> over.size() == 2);
      loop.run(second::cancel);
      assertThat(over).containsExactly("first", "third");
    }
  }
}
