package io.canarygateway.decision;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The token buckets of all keys of a process. A bucket that is not here is full. There is room for
 * a fixed number of buckets: if there are more, those that are full go first, then the fullest. So
 * a flood of new keys replaces its own buckets, and a busy key keeps its bucket.
 *
 * <p>A bucket is in one of many small sets, as in a processor's cache; the key says in which.
 * Changing a set replaces it whole, so a key never has two buckets.
 *
 * <p>Lock-free and thread-safe. Whatever the number of threads, no token is taken twice.
 */
public final class RateBuckets {

  private static final int WAYS = 8;
  private static final Bucket[] EMPTY = {};

  private static final long HEAP_BYTES_PER_KEY = 2_048;
  private static final long LEAST_KEYS = 1 << 16;
  private static final long MOST_KEYS = 1 << 20;

  private final HashFunction hash;
  private final LongSupplier nanos;
  private final AtomicReferenceArray<Bucket[]> sets;

  /**
   * Full buckets for each key.
   *
   * @param keys the least number of buckets that there is room for; rounded up to a power of two
   * @param secrets makes the secret by which keys are hashed
   * @param nanos the clock, such as {@code System::nanoTime}
   */
  public RateBuckets(long keys, RandomGenerator secrets, LongSupplier nanos) {
    this.hash = Hashing.sipHash24(secrets.nextLong(), secrets.nextLong());
    this.nanos = nanos;
    long count = Math.max(1, Long.highestOneBit(2 * keys - 1) / WAYS);
    this.sets = new AtomicReferenceArray<>(Math.toIntExact(count));
    for (int i = 0; i < sets.length(); i++) {
      sets.setPlain(i, EMPTY);
    }
  }

  /**
   * The number of buckets that a heap has room for: one for each 2 KiB, from 65,536 to 1,048,576. A
   * bucket takes 40 bytes.
   *
   * @param heapBytes the most bytes of the heap
   * @return the number
   */
  public static long keysOfHeap(long heapBytes) {
    long keys = Long.highestOneBit(heapBytes / HEAP_BYTES_PER_KEY);
    return Math.min(Math.max(keys, LEAST_KEYS), MOST_KEYS);
  }

  /**
   * A rule for these buckets.
   *
   * @param name tells the rule's keys from those of other rules
   * @param requests the tokens of a full bucket, 1 to 1,000,000,000
   * @param per the time in which an empty bucket gets full, 1 ms to 24 h
   * @param onlyKey whether the rule has no key but {@link RateRule#key()}
   * @return the rule
   */
  public RateRule rule(String name, long requests, Duration per, boolean onlyKey) {
    return RateRule.of(hash, name, requests, per, onlyKey);
  }

  /**
   * Takes a token.
   *
   * @param rule made by {@link #rule}
   * @param key made by the rule
   * @return 0 if there was one; otherwise the nanoseconds until there is one
   */
  public long take(RateRule rule, long key) {
    long now = nanos.getAsLong() * Bucket.PICOS;
    int place = (int) key & sets.length() - 1;
    while (true) {
      Bucket[] set = sets.get(place);
      Bucket known = find(set, key);
      if (known == null) {
        Bucket made = new Bucket(rule, key, now + rule.token());
        if (sets.compareAndSet(place, set, with(set, made, now))) {
          return 0;
        }
      } else {
        long wait = known.take(now);
        if (wait != Bucket.GONE) {
          return wait;
        }
      }
    }
  }

  /** The number of buckets, for tests. */
  int size() {
    int size = 0;
    for (int i = 0; i < sets.length(); i++) {
      size += sets.get(i).length;
    }
    return size;
  }

  private static @Nullable Bucket find(Bucket[] set, long key) {
    for (Bucket bucket : set) {
      if (bucket.key == key && !bucket.isGone()) {
        return bucket;
      }
    }
    return null;
  }

  /** A set with one bucket more, in place of another one if the set is full. */
  private static Bucket[] with(Bucket[] set, Bucket made, long now) {
    while (true) {
      int least = 0;
      double leastNeed = Double.MAX_VALUE;
      for (int i = 0; i < set.length; i++) {
        double need = set[i].need(now);
        if (need < leastNeed) {
          least = i;
          leastNeed = need;
        }
      }
      boolean grows = leastNeed > 0 && set.length < WAYS;
      if (grows || set[least].end(leastNeed, now)) {
        Bucket[] changed = Arrays.copyOf(set, grows ? set.length + 1 : set.length);
        changed[grows ? set.length : least] = made;
        return changed;
      }
    }
  }

  /**
   * One bucket. Its value is the time at which it is full, in picoseconds of a clock that goes
   * round; this one number says how many tokens are in it (the generic cell rate algorithm). It
   * extends the number to need no second object.
   */
  private static final class Bucket extends AtomicLong {

    static final long PICOS = 1_000;

    /** The result for a bucket that was replaced in its set. */
    static final long GONE = -1;

    private static final long serialVersionUID = 1;
    private static final long END = Long.MIN_VALUE;

    private final transient RateRule rule;
    private final long key;

    Bucket(RateRule rule, long key, long fullAt) {
      super(live(fullAt));
      this.rule = rule;
      this.key = key;
    }

    private static long live(long fullAt) {
      return fullAt == END ? fullAt + 1 : fullAt;
    }

    boolean isGone() {
      return get() == END;
    }

    double need(long now) {
      long fullAt = get();
      return fullAt == END ? 0 : rule.need(fullAt, now);
    }

    /** Ends the bucket, unless it is needed more than that. */
    boolean end(double need, long now) {
      long fullAt = get();
      return fullAt == END || rule.need(fullAt, now) <= need && compareAndSet(fullAt, END);
    }

    /** Takes a token. Returns 0, or the nanoseconds until there is one, or {@link #GONE}. */
    long take(long now) {
      while (true) {
        long fullAt = get();
        if (fullAt == END) {
          return GONE;
        }
        long untilFull = rule.untilFull(fullAt, now) + rule.token();
        if (untilFull > rule.window()) {
          return (untilFull - rule.window() + PICOS - 1) / PICOS;
        }
        if (compareAndSet(fullAt, live(now + untilFull))) {
          return 0;
        }
      }
    }
  }
}
