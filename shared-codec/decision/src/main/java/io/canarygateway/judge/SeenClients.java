package io.canarygateway.judge;

import java.nio.ByteBuffer;
import java.util.BitSet;

/**
 * Which clients earlier processes have counted, in few bytes: a Bloom filter with one hash. After
 * one restart it takes about one client in eight for one that was counted, and after several
 * restarts at most every second one. Such a client is not counted, on whichever arm it is.
 * Immutable.
 */
final class SeenClients {

  /** Before the first client. */
  static final SeenClients NONE = new SeenClients(0, 6, new BitSet(), new BitSet());

  private static final int FEWEST_BITS = 6;
  private static final int MOST_BITS = 23;
  private static final int BITS_OF_CLIENT = 8;
  private static final int HEADER = 2;

  /** The lower bits of the hash decide about the sample, and are the same for all in it. */
  private static final int SHIFT = 24;

  private final int level;

  /** The logarithm to base 2 of the size of each set. */
  private final int bits;

  private final BitSet seen;
  private final BitSet onCanary;

  private SeenClients(int level, int bits, BitSet seen, BitSet onCanary) {
    this.level = level;
    this.bits = bits;
    this.seen = seen;
    this.onCanary = onCanary;
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws IllegalArgumentException if it cannot be that
   */
  static SeenClients of(byte[] bytes) {
    if (bytes.length == 0) {
      return NONE;
    }
    int bits = bytes.length < HEADER ? 0 : bytes[1];
    if (bits < FEWEST_BITS
        || bits > MOST_BITS
        || bytes[0] < 0
        || bytes[0] >= SHIFT
        || bytes.length != HEADER + 2 * bytesOf(bits)) {
      throw new IllegalArgumentException("not a set of clients: " + bytes.length + " bytes");
    }
    return new SeenClients(
        bytes[0],
        bits,
        read(bytes, HEADER, bytesOf(bits)),
        read(bytes, HEADER + bytesOf(bits), bytesOf(bits)));
  }

  private static int bytesOf(int bits) {
    return 1 << bits - 3;
  }

  private static BitSet read(byte[] bytes, int from, int length) {
    return BitSet.valueOf(ByteBuffer.wrap(bytes, from, length));
  }

  byte[] toBytes() {
    byte[] bytes = new byte[HEADER + 2 * bytesOf(bits)];
    bytes[0] = (byte) level;
    bytes[1] = (byte) bits;
    byte[] first = seen.toByteArray();
    byte[] second = onCanary.toByteArray();
    System.arraycopy(first, 0, bytes, HEADER, first.length);
    System.arraycopy(second, 0, bytes, HEADER + bytesOf(bits), second.length);
    return bytes;
  }

  /** {@return the level of the sample, as in {@link ClientTable}} */
  int level() {
    return level;
  }

  boolean has(long client) {
    return seen.get(index(client, bits));
  }

  boolean hasOnCanary(long client) {
    return onCanary.get(index(client, bits));
  }

  private static int index(long client, int bits) {
    return (int) (ClientTable.hash(client) >>> SHIFT) & (1 << bits) - 1;
  }

  /**
   * Adds the clients of a table, or a sample of them if there are too many. If more than half of
   * the set is in use, it forgets the clients of before: otherwise, after many restarts, no client
   * would be new.
   *
   * @param mostBytes the most bytes of the result besides its header, 64 or more
   */
  SeenClients and(ClientTable table, int mostBytes) {
    if (seen.cardinality() > 1 << bits - 1) {
      return new SeenClients(level, FEWEST_BITS, new BitSet(), new BitSet()).and(table, mostBytes);
    }
    int mostBits = Math.min(MOST_BITS, floorLog(mostBytes / 2 * (long) Byte.SIZE));
    int newLevel = Math.min(SHIFT - 1, table.levelFor((1 << mostBits) / BITS_OF_CLIENT));
    long clients = table.size(newLevel) + (long) seen.cardinality();
    int newBits =
        Math.max(FEWEST_BITS, Math.min(mostBits, floorLog(clients * BITS_OF_CLIENT * 2 - 1)));
    BitSet newSeen = resized(seen, newBits);
    BitSet newOnCanary = resized(onCanary, newBits);
    table.forEach(
        newLevel,
        (client, state) -> {
          newSeen.set(index(client, newBits));
          if (ClientState.isOnCanary(state)) {
            newOnCanary.set(index(client, newBits));
          }
        });
    return new SeenClients(newLevel, newBits, newSeen, newOnCanary);
  }

  private static int floorLog(long value) {
    return Long.SIZE - 1 - Long.numberOfLeadingZeros(Math.max(1, value));
  }

  /** Every client that was in the set is in the result. */
  private BitSet resized(BitSet set, int newBits) {
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
