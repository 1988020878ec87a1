package io.canarygateway.decision;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hasher;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * How many requests of one key may pass in a time. Keys are hashed with a secret of the process, so
 * that nobody outside can choose keys that collide. Two rules with the same settings make the same
 * keys, so buckets outlive a change of other settings. Immutable.
 */
public final class RateRule {

  private static final long PICOS = 1_000;
  private static final int IPV4_BYTES = 4;

  /**
   * The longest time that threads may differ in what they take for now, in picoseconds. It is also
   * the longest time of a rule. A bucket that seems to be full later than that is left from the
   * last time round of the clock, after 106 days or more.
   */
  private static final long DAY = Duration.ofDays(1).toNanos() * PICOS;

  private final HashFunction hash;
  private final long salt;
  private final long token;
  private final long window;
  private final boolean onlyKey;

  private RateRule(HashFunction hash, long salt, long token, long window, boolean onlyKey) {
    this.hash = hash;
    this.salt = salt;
    this.token = token;
    this.window = window;
    this.onlyKey = onlyKey;
  }

  /**
   * A rule.
   *
   * @param hash keyed with the secret of the process
   * @param name tells the rule's keys from those of other rules
   * @param onlyKey whether the rule has no key but {@link #key()}
   */
  static RateRule of(HashFunction hash, String name, long requests, Duration per, boolean onlyKey) {
    long salt =
        hash.newHasher()
            .putUnencodedChars(name)
            .putLong(requests)
            .putLong(per.toNanos())
            .putBoolean(onlyKey)
            .hash()
            .asLong();
    long token = per.toNanos() * PICOS / requests;
    return new RateRule(hash, salt, token, token * requests, onlyKey);
  }

  /** {@return the key of all requests, or of those that have no other one} */
  public long key() {
    return salt;
  }

  /**
   * The key of a client.
   *
   * @param client its address; the clients of one IPv6 network of 64 bits have the same key, since
   *     one client may have all addresses of such a network
   * @return the key
   */
  public long key(InetAddress client) {
    byte[] address = client.getAddress();
    ByteBuffer bytes = ByteBuffer.wrap(address);
    return address.length == IPV4_BYTES
        ? salted().putInt(bytes.getInt()).hash().asLong()
        : salted().putLong(bytes.getLong()).hash().asLong();
  }

  /**
   * The key of a text, such as a header's value.
   *
   * @param text of any length
   * @return the key
   */
  public long key(String text) {
    return salted().putBytes(text.getBytes(StandardCharsets.UTF_8)).hash().asLong();
  }

  private Hasher salted() {
    return hash.newHasher().putLong(salt);
  }

  /** The time in which a bucket gets a token. All times here are picoseconds. */
  long token() {
    return token;
  }

  /** The time in which an empty bucket gets full. */
  long window() {
    return window;
  }

  /** The time until a bucket is full. */
  long untilFull(long fullAt, long now) {
    long time = fullAt - now; // Also right if the clock went round between the two.
    return time <= 0 || time > window + DAY ? 0 : time;
  }

  /**
   * How much a bucket is needed: 0 if it is full, up to 1 if it is empty. The bucket of a whole
   * route is needed more than those of clients, because there is no second one beside it.
   */
  double need(long fullAt, long now) {
    long time = untilFull(fullAt, now);
    return time == 0 ? 0 : (double) time / window + (onlyKey ? 2 : 0);
  }
}
