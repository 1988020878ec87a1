package io.canarygateway.benchmarks;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.canarygateway.decision.RateBuckets;
import io.canarygateway.decision.RateRule;
import io.github.bucket4j.Bucket;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The cost of taking a token: the gateway's buckets beside Bucket4j's in a cache of Caffeine. Run
 * it with {@code -prof gc} for the bytes of garbage.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@Threads(2)
public class RateLimitCost {

  private static final int KEYS = 1 << 16;
  private static final int FEW = 10_000;
  private static final long REQUESTS = 100;
  private static final Duration PER = Duration.ofSeconds(1);

  private final RateBuckets buckets =
      new RateBuckets(KEYS, new SplittableRandom(1), System::nanoTime);
  private final RateRule rule = buckets.rule("route", REQUESTS, PER, false);

  private final Cache<Long, Bucket> cache = Caffeine.newBuilder().maximumSize(KEYS).build();
  private final Cache<Long, Bucket> sameThread =
      Caffeine.newBuilder().maximumSize(KEYS).executor(Runnable::run).build();
  private final Bucket one = bucket();

  private static Bucket bucket() {
    return Bucket.builder()
        .addLimit(limit -> limit.capacity(REQUESTS).refillGreedy(REQUESTS, PER))
        .withNanosecondPrecision()
        .build();
  }

  private static String few() {
    return "key" + ThreadLocalRandom.current().nextInt(FEW);
  }

  private static String flood() {
    return "key" + ThreadLocalRandom.current().nextLong();
  }

  private long own(String key) {
    return buckets.take(rule, rule.key(key));
  }

  /** The key is hashed by the same keyed hash, because the cache's own is no defence. */
  private long libraries(Cache<Long, Bucket> from, String key) {
    return from.get(rule.key(key), made -> bucket())
        .tryConsumeAndReturnRemaining(1)
        .getNanosToWaitForRefill();
  }

  /** The lower bound: making and hashing a key. */
  @Benchmark
  public long keyOnly() {
    return rule.key(few());
  }

  /** One bucket that all threads share. */
  @Benchmark
  public long oneKeyOwn() {
    return buckets.take(rule, rule.key());
  }

  /** One bucket that all threads share, without a cache. */
  @Benchmark
  public long oneKeyBucket4j() {
    return one.tryConsumeAndReturnRemaining(1).getNanosToWaitForRefill();
  }

  /** 10,000 clients. */
  @Benchmark
  public long fewKeysOwn() {
    return own(few());
  }

  /** 10,000 clients. */
  @Benchmark
  public long fewKeysLibraries() {
    return libraries(cache, few());
  }

  /** Each request has a new key. */
  @Benchmark
  public long floodOwn() {
    return own(flood());
  }

  /** Each request has a new key. */
  @Benchmark
  public long floodLibraries() {
    return libraries(cache, flood());
  }

  /** Each request has a new key, and the cache evicts on the thread of the request. */
  @Benchmark
  public long floodLibrariesSameThread() {
    return libraries(sameThread, flood());
  }
}
