package io.canarygateway.flagwatcher;

import io.canarygateway.extension.RolloutSource;
import io.canarygateway.extension.Rollouts;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers as it is told to. */
final class ScriptedRollouts implements RolloutSource {
  final AtomicInteger calls = new AtomicInteger();
  volatile Callable<CompletionStage<Rollouts>> answer;
  volatile CountDownLatch closing = new CountDownLatch(0);

  static CompletionStage<Rollouts> canary(double rollout) {
    return CompletableFuture.completedFuture(
        new Rollouts(OptionalDouble.of(rollout), OptionalDouble.empty()));
  }

  @Override
  public String name() {
    return "script";
  }

  @Override
  public String origin() {
    return "a script";
  }

  @Override
  public Duration delay() {
    return Duration.ZERO;
  }

  @Override
  public Duration unhealthy() {
    return Duration.ofMillis(300);
  }

  @Override
  public void open(String settings, Runnable changed) {}

  @Override
  public CompletionStage<Rollouts> read() {
    calls.incrementAndGet();
    try {
      return answer.call();
    } catch (Exception e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try {
      closing.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
