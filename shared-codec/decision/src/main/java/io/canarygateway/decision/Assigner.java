package io.canarygateway.decision;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Makes assignments: random ones for new clients, and hashes of a key. A key always has the same
 * assignment, so nothing has to be stored. Safe for use by several threads if the supplied
 * generators are.
 */
public final class Assigner {

  private static final HashFunction MURMUR3 = Hashing.murmur3_128();

  /** The bits of a double's fraction. All multiples of 2^-53 in [0, 1) are equally likely. */
  private static final int BITS = 53;

  private static final double UNIT = 0x1.0p-53;

  private final Supplier<? extends RandomGenerator> random;
  private final String application;

  /**
   * Creates an assigner.
   *
   * @param random supplies the generator of the calling thread, such as {@code
   *     ThreadLocalRandom::current}
   * @param application the salt of keys: a key has another assignment in another application
   */
  public Assigner(Supplier<? extends RandomGenerator> random, String application) {
    this.random = random;
    this.application = application;
  }

  /** {@return a random assignment, uniform in [0, 1)} */
  public Assignment fresh() {
    return of(random.get().nextLong());
  }

  /**
   * Hashes a key with murmur3 (128 bits), salted with the application. The assignments of different
   * keys are uniform in [0, 1).
   *
   * @param key the key, such as a user's id
   * @return the assignment, always the same for the key
   */
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
