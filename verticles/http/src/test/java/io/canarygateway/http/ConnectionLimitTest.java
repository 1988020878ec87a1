package io.canarygateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ConnectionLimitTest {

  private final ConnectionLimit limit = new ConnectionLimit(4, 100, () -> 0);

  private void open(int connections) {
    for (int i = 0; i < connections; i++) {
      limit.opened();
    }
  }

  @Test
  void aClientIsClosedForEachConnectionTooMany() {
    open(4);
    assertThat(limit.beginEviction()).isFalse();
    open(2);
    assertThat(limit.beginEviction()).isTrue();
    assertThat(limit.beginEviction()).isTrue();
    assertThat(limit.beginEviction()).isFalse();
    limit.closed();
    limit.evictionEnded();
    assertThat(limit.beginEviction()).isFalse();
    limit.evictionEnded(); // The second had no silent client.
    assertThat(limit.beginEviction()).isTrue();
  }

  @Test
  void eventLoopsThatSeeOneTooManyAtTheSameTimeCloseOne() throws Exception {
    open(5);
    int loops = 4;
    CyclicBarrier together = new CyclicBarrier(loops);
    Callable<Boolean> sweep =
        () -> {
          together.await();
          return limit.beginEviction();
        };
    ExecutorService threads = Executors.newFixedThreadPool(loops);
    try {
      for (int round = 0; round < 1_000; round++) {
        int begun = 0;
        List<Callable<Boolean>> sweeps = new ArrayList<>();
        for (int i = 0; i < loops; i++) {
          sweeps.add(sweep);
        }
        for (Future<Boolean> each : threads.invokeAll(sweeps)) {
          begun += each.get() ? 1 : 0;
        }
        assertThat(begun).isEqualTo(1);
        limit.evictionEnded();
      }
    } finally {
      threads.shutdown();
    }
  }
}
