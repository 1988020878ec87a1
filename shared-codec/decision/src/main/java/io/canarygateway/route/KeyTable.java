package io.canarygateway.route;

import org.jspecify.annotations.Nullable;

/**
 * A hash table whose keys are looked up by a part of a longer text, without a copy of that part. It
 * is filled first, and only read after that.
 *
 * <p>The user computes the hash with {@link #hash} while walking over the text, in either
 * direction, but always in the same one. All keys come from the configuration: a client cannot make
 * a lookup slower by its choice of texts.
 */
final class KeyTable<V> {

  private static final int MULTIPLIER = 31;

  private record Entry<V>(String key, int hash, V value, @Nullable Entry<V> next) {}

  private final @Nullable Entry<V>[] buckets;
  private int longestKey;

  /** Creates an empty table. */
  KeyTable(int expectedSize) {
    @SuppressWarnings("unchecked")
    @Nullable Entry<V>[] array =
        (Entry<V>[]) new Entry<?>[Integer.highestOneBit(expectedSize | 1) << 1];
    this.buckets = array;
  }

  /** The hash of a text with one more character. That of an empty text is 0. */
  static int hash(int hash, char c) {
    return MULTIPLIER * hash + c;
  }

  void put(String key, int hash, V value) {
    int bucket = bucket(hash);
    buckets[bucket] = new Entry<>(key, hash, value, buckets[bucket]);
    longestKey = Math.max(longestKey, key.length());
  }

  /** The value of the key that stands in a text between two indices; null if there is none. */
  @Nullable V get(String text, int from, int to, int hash) {
    int length = to - from;
    for (Entry<V> entry = buckets[bucket(hash)]; entry != null; entry = entry.next) {
      if (entry.hash == hash && entry.key.length() == length && text.startsWith(entry.key, from)) {
        return entry.value;
      }
    }
    return null;
  }

  /** The length of the longest key, in characters. */
  int longestKey() {
    return longestKey;
  }

  private int bucket(int hash) {
    return (hash ^ hash >>> 16) & (buckets.length - 1);
  }
}
