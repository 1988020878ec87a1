package io.canarygateway.decision;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Gives out assignments: at random, or by a key, so that nobody has to store anything. Safe for use
 * by many threads if the generators that it is given are.
 */
public final class Assigner {

  private static final HashFunction MURMUR3 = Hashing.murmur3_128();

  /** The bits of a double's fraction, so that all multiples of 2^-53 come up alike. */
  private static final int BITS = 53;

  private static final double UNIT = 0x1.0p-53;

  private final Supplier<? extends RandomGenerator> random;
  private final String application;

  /**
   * An assigner.
   *
   * @param random the calling thread's generator, {@code ThreadLocalRandom::current} for example
   * @param application the salt of keys: the same key has other assignments in other applications
   */
  public Assigner(Supplier<? extends RandomGenerator> random, String application) {
    this.random = random;
    this.application = application;
  }

  /** A new assignment, uniform in [0, 1). */
  public Assignment fresh() {
    return of(random.get().nextLong());
  }

  /** The assignment of a key, always the same: by murmur3 of application and key, uniform. */
  public Assignment ofKey(String key) {
    return of(
        MURMUR3
            .newHasher()
            .putString(application, StandardCharsets.UTF_8)
            .putByte((byte) 0)
            .putString(key, StandardCharsets.UTF_8)
            .hash()
            .asLong());
  }

  private static Assignment of(long bits) {
    return Assignment.of((bits >>> (Long.SIZE - BITS)) * UNIT);
  }
}
