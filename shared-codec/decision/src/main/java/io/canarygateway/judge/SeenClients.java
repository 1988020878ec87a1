package io.canarygateway.judge;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.BitSet;

/**
 * Which clients earlier processes have counted, in few bytes: a Bloom filter with one hash. After
 * one restart it takes about one client in eight for one that was counted, and after several
 * restarts at most every second one. Such a client is not counted, on whichever arm it is.
 * Immutable.
 */
final class SeenClients {

  /** The bytes that a set takes besides its bits. */
  private static final int HEADER = 6;

  private static final int FEWEST_BITS = 6;
  private static final int MOST_BITS = 23;
  private static final int BITS_OF_CLIENT = 8;

  /** The lower bits of the hash decide about the sample, and are the same for all in it. */
  private static final int SHIFT = 24;

  private final int level;

  /** The logarithm to base 2 of the size of the set. */
  private final int bits;

  /** How many clients there are of those that the level takes. */
  private final int size;

  private final BitSet set;

  private SeenClients(int level, int bits, int size, BitSet set) {
    this.level = level;
    this.bits = bits;
    this.size = size;
    this.set = set;
  }

  /** Before the first client. */
  static SeenClients none() {
    return new SeenClients(0, FEWEST_BITS, 0, new BitSet());
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException if it cannot be that
   */
  static SeenClients read(ByteBuffer from) {
    int length = from.remaining();
    try {
      int level = from.get();
      int bits = from.get();
      int size = from.getInt();
      if (size >= 0 && bits >= FEWEST_BITS && bits <= MOST_BITS && level >= 0 && level < SHIFT) {
        byte[] set = new byte[bytesOf(bits)];
        from.get(set);
        return new SeenClients(level, bits, size, BitSet.valueOf(set));
      }
    } catch (BufferUnderflowException e) {
      // Says the same as a wrong header.
    }
    throw new IllegalArgumentException("not a set of clients: " + length + " bytes");
  }

  private static int bytesOf(int bits) {
    return 1 << bits - 3;
  }

  /** The bytes that {@link #write} takes. */
  int bytes() {
    return HEADER + bytesOf(bits);
  }

  void write(ByteBuffer to) {
    int end = to.position() + bytes();
    to.put((byte) level).put((byte) bits).putInt(size).put(set.toByteArray()).position(end);
  }

  /** {@return the level of the sample, as in {@link ClientTable}} */
  int level() {
    return level;
  }

  boolean has(long hashed) {
    return set.get(index(hashed, bits));
  }

  /** {@return about how many clients there are of those that the level takes} */
  int size() {
    return size;
  }

  private static int index(long hashed, int bits) {
    return (int) (hashed >>> SHIFT) & (1 << bits) - 1;
  }

  /**
   * Adds the clients of a table, or a sample of them if there are too many. If more than half of
   * the set is in use, it forgets the clients of before: otherwise, after many restarts, no client
   * would be new.
   *
   * @param table clients by the same hash
   * @param known the bit of a state that says that the client is in this set
   * @param mostBytes the most bytes of the result besides its header, 32 or more
   */
  SeenClients and(ClientTable table, int known, int mostBytes) {
    if (set.cardinality() > 1 << bits - 1) {
      return new SeenClients(level, FEWEST_BITS, 0, new BitSet()).and(table, 0, mostBytes);
    }
    int mostBits = Math.min(MOST_BITS, floorLog(mostBytes * (long) Byte.SIZE));
    int newLevel = Math.min(SHIFT - 1, table.levelFor((1 << mostBits) / BITS_OF_CLIENT));
    long clients = table.size(newLevel) + (long) set.cardinality();
    int newBits =
        Math.max(FEWEST_BITS, Math.min(mostBits, floorLog(clients * BITS_OF_CLIENT * 2 - 1)));
    BitSet newSet = resized(newBits);
    int[] added = {0};
    table.forEach(
        newLevel,
        (client, hashed, state) -> {
          newSet.set(index(hashed, newBits));
          added[0] += (state & known) == 0 ? 1 : 0;
        });
    int newSize = added[0] + (int) Math.rint(Math.scalb((double) size, level - newLevel));
    return new SeenClients(newLevel, newBits, newSize, newSet);
  }

  private static int floorLog(long value) {
    return Long.SIZE - 1 - Long.numberOfLeadingZeros(Math.max(1, value));
  }

  /** Every client that was in the set is in the result. */
  private BitSet resized(int newBits) {
    BitSet result = new BitSet(1 << newBits);
    if (set.isEmpty()) {
      return result;
    }
    for (int i = 0; i < 1 << Math.max(bits, newBits); i++) {
      if (set.get(i & (1 << bits) - 1)) {
        result.set(i & (1 << newBits) - 1);
      }
    }
    return result;
  }
}
