package io.canarygateway.decision;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateBucketsTest {

  private static final Duration DAY = Duration.ofDays(1);
  private static final int KEYS = 1024;
  private static final int THREADS = 4;

  private final AtomicLong nanos = new AtomicLong(5);
  private final RateBuckets buckets = new RateBuckets(KEYS, new SplittableRandom(1), nanos::get);

  private RateRule rule(long requests, Duration per) {
    return buckets.rule("shop", requests, per, false);
  }

  private boolean passes(RateRule rule, long key) {
    return buckets.take(rule, key) == 0;
  }

  private int passing(RateRule rule, long key, int tries) {
    int passed = 0;
    for (int i = 0; i < tries; i++) {
      passed += passes(rule, key) ? 1 : 0;
    }
    return passed;
  }

  @ParameterizedTest
  @CsvSource({"1, PT24H", "3, PT1S", "7, PT0.001S", "1000, PT1S", "99999, PT24H"})
  void aFullBucketHasAllItsTokensAndNoMore(int requests, Duration per) {
    RateRule rule = rule(requests, per);
    assertThat(passing(rule, rule.key(), requests + 5)).isEqualTo(requests);
    nanos.addAndGet(10 * per.toNanos());
    assertThat(passing(rule, rule.key(), requests + 5)).isEqualTo(requests);
  }

  @ParameterizedTest
  @CsvSource({"1, PT24H", "4, PT1S", "100, PT1S", "1000000, PT1S"})
  void tokensComeBackOneByOne(int requests, Duration per) {
    RateRule rule = rule(requests, per);
    passing(rule, rule.key(), requests);
    long token = per.toNanos() / requests;
    for (int i = 0; i < 3; i++) {
      assertThat(buckets.take(rule, rule.key())).isEqualTo(token);
      nanos.addAndGet(token - 1);
      assertThat(buckets.take(rule, rule.key())).isEqualTo(1);
      nanos.addAndGet(1);
      assertThat(passing(rule, rule.key(), 3)).isEqualTo(1);
    }
  }

  @Test
  void aRefusalCostsNothing() {
    RateRule rule = rule(10, Duration.ofSeconds(1));
    passing(rule, rule.key(), 1_000);
    nanos.addAndGet(Duration.ofMillis(500).toNanos());
    assertThat(passing(rule, rule.key(), 1_000)).isEqualTo(5);
  }

  @Test
  void theHighestRateIsNoFault() {
    RateRule rule = rule(1_000_000_000, Duration.ofMillis(1));
    assertThat(passing(rule, rule.key(), 1_000)).isEqualTo(1_000);
  }

  /** The clock in picoseconds goes round after 213 days. */
  @ParameterizedTest
  @ValueSource(longs = {Long.MAX_VALUE, Long.MAX_VALUE / 1_000, Long.MIN_VALUE / 1_000, -3})
  void theClockMayGoRound(long start) {
    nanos.set(start);
    RateRule rule = rule(4, Duration.ofSeconds(4));
    for (int i = 0; i < 5; i++) {
      assertThat(passing(rule, rule.key(), 10)).isEqualTo(4);
      nanos.addAndGet(Duration.ofSeconds(2).toNanos());
      assertThat(passing(rule, rule.key(), 10)).isEqualTo(2);
      nanos.addAndGet(Duration.ofDays(60).toNanos());
    }
  }

  /** A thread may have read the clock long before it gets to take the token. */
  @Test
  void aClockThatIsLateFillsNoBucket() {
    RateRule rule = rule(2, Duration.ofSeconds(1));
    nanos.set(Duration.ofHours(10).toNanos());
    passing(rule, rule.key(), 2);
    nanos.set(0);
    assertThat(passes(rule, rule.key())).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100})
  void noTokenIsTakenTwice(int keys) throws Exception {
    int requests = 1_000;
    RateRule rule = rule(requests, DAY);
    AtomicLong passed = new AtomicLong();
    onThreads(
        thread -> {
          for (int i = 0; i < requests; i++) {
            for (int key = 0; key < keys; key++) {
              passed.addAndGet(passes(rule, rule.key("key" + key)) ? 1 : 0);
            }
          }
        });
    assertThat(passed).hasValue((long) requests * keys);
  }

  /** Between two steps each bucket gets full, so that others replace it while it is used. */
  @Test
  void noTokenIsTakenTwiceWhileFullBucketsAreReplaced() throws Exception {
    int steps = 5_000;
    RateBuckets small = new RateBuckets(8, new SplittableRandom(2), nanos::get);
    RateRule busy = small.rule("busy", 1, Duration.ofMillis(1), false);
    RateRule others = small.rule("others", 10, Duration.ofMillis(1), false);
    CyclicBarrier step = new CyclicBarrier(THREADS, () -> nanos.addAndGet(1_000_000));
    AtomicLong passed = new AtomicLong();
    onThreads(
        thread -> {
          for (int i = 0; i < steps; i++) {
            step.await();
            for (int other = 0; other < 5; other++) {
              small.take(others, others.key(thread + "," + i + "," + other));
              passed.addAndGet(small.take(busy, busy.key()) == 0 ? 1 : 0);
            }
          }
        });
    assertThat(passed).hasValue(steps);
    assertThat(small.size()).isEqualTo(8);
  }

  private interface Work {
    void run(int thread) throws Exception;
  }

  private static void onThreads(Work work) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int thread = i;
        running.add(
            pool.submit(
                () -> {
                  work.run(thread);
                  return null;
                }));
      }
      for (Future<?> one : running) {
        one.get();
      }
    } finally {
      pool.shutdown();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 100})
  void aFloodOfKeysTakesNoMemoryAndFreesNoBusyKey(int requests) {
    RateRule rule = rule(requests, DAY);
    List<Long> busy = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      busy.add(rule.key("busy" + i));
      assertThat(passing(rule, busy.get(i), requests + 1)).isEqualTo(requests);
    }
    for (int i = 0; i < 200_000; i++) {
      assertThat(passes(rule, rule.key("flood" + i))).as("a new key is served").isTrue();
    }
    assertThat(buckets.size()).isEqualTo(KEYS);
    assertThat(busy).noneMatch(key -> passes(rule, key));
  }

  @Test
  void theBucketOfAWholeRouteOutlivesTheEmptyBucketsOfClients() {
    RateRule route = buckets.rule("route", 10, DAY, true);
    passes(route, route.key());
    RateRule once = rule(1, DAY);
    for (int i = 0; i < 50_000; i++) {
      passes(once, once.key("client" + i));
    }
    assertThat(passing(route, route.key(), 20)).isEqualTo(9);
  }

  @Test
  void aRuleWithTheSameSettingsFindsTheBuckets() {
    RateRule rule = rule(5, DAY);
    passing(rule, rule.key("a"), 4);
    RateRule same = rule(5, DAY);
    assertThat(passing(same, same.key("a"), 4)).isEqualTo(1);
    RateRule other = rule(6, DAY);
    assertThat(passing(other, other.key("a"), 10)).isEqualTo(6);
    RateRule named = buckets.rule("blog", 5, DAY, false);
    assertThat(passing(named, named.key("a"), 10)).isEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1,       10.0.0.1,             true",
    "10.0.0.1,       10.0.0.2,             false",
    "10.0.0.1,       ::ffff:10.0.0.1,      true",
    "2001:db8::1,    2001:db8::2,          true",
    "2001:db8::1,    2001:db8:0:0:ffff::1, true",
    "2001:db8::1,    2001:db8:0:1::1,      false",
    "::1,            0.0.0.0,              false"
  })
  void clientsAreToldApartByAddressOrNetwork(String one, String other, boolean same)
      throws Exception {
    RateRule rule = rule(1, DAY);
    long first = rule.key(InetAddress.getByName(one));
    long second = rule.key(InetAddress.getByName(other));
    assertThat(first == second).isEqualTo(same);
    assertThat(List.of(first, second)).doesNotContain(rule.key());
  }

  @Test
  void keysDifferFromProcessToProcess() {
    RateBuckets other = new RateBuckets(KEYS, new SplittableRandom(2), nanos::get);
    assertThat(other.rule("shop", 1, DAY, false).key("a")).isNotEqualTo(rule(1, DAY).key("a"));
  }

  @ParameterizedTest
  @CsvSource({"16, 65536", "128, 65536", "256, 131072", "1000, 262144", "8192, 1048576"})
  void theRoomGrowsWithTheHeap(long mebibytes, long keys) {
    assertThat(RateBuckets.keysOfHeap(mebibytes << 20)).isEqualTo(keys);
  }
}
