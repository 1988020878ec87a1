package io.canarygateway.judge;

import java.util.Arrays;

/**
 * A bounded set of clients, each with a state of one byte. A full table raises its level by one:
 * from then on it takes only clients whose hash ends in that many zero bits, and forgets the others
 * for good. So whether a client is taken depends on its hash and on the number of clients, and
 * never on the arm. Callers give the hash along with the client, since they ask several tables. Not
 * thread-safe.
 */
final class ClientTable {

  /** Is shown the clients. */
  @FunctionalInterface
  interface Visitor {
    void visit(long client, long hashed, int state);
  }

  /** The slot of a client that is not in the table. */
  static final int ABSENT = -1;

  /** Marks a free slot. These bits are a NaN, and no assignment is one. */
  static final long NOBODY = -1;

  private static final int FIRST_SLOTS = 64;

  private final int most;
  private final ClientHash hash;
  private long[] clients = new long[FIRST_SLOTS];
  private byte[] states = new byte[FIRST_SLOTS];

  /** How many clients have a hash that ends in so many zero bits. */
  private final int[] zeros = new int[Long.SIZE + 1];

  private int size;
  private int level;

  /**
   * Makes an empty table.
   *
   * @param most the most clients, at least 4
   * @param hash decides which of them are forgotten if there are more
   */
  ClientTable(int most, ClientHash hash) {
    this.most = most;
    this.hash = hash;
    Arrays.fill(clients, NOBODY);
  }

  /** {@return how many clients are in the table} */
  int size() {
    return size;
  }

  /** {@return how many zero bits the hash of a client ends in, if the table takes the client} */
  int level() {
    return level;
  }

  /** {@return whether the table takes the client} */
  boolean takes(long client, long hashed) {
    return client != NOBODY && ClientHash.zeros(hashed) >= level;
  }

  /** {@return the slot of the client, or {@link #ABSENT}; valid until the next {@link #add}} */
  int find(long client, long hashed) {
    int slot = slotFor(client, hashed);
    return client != NOBODY && clients[slot] == client ? slot : ABSENT;
  }

  /**
   * Adds a client with state 0, unless it is there already.
   *
   * @return its slot, or {@link #ABSENT} if the table does not take the client
   */
  int add(long client, long hashed) {
    int found = find(client, hashed);
    if (found != ABSENT) {
      return found;
    }
    while (takes(client, hashed) && size >= most) {
      raiseTo(level + 1);
    }
    if (!takes(client, hashed)) {
      return ABSENT;
    }
    if (size >= clients.length / 2) {
      rebuild(clients.length * 2);
    }
    return put(client, hashed);
  }

  private int put(long client, long hashed) {
    int slot = slotFor(client, hashed);
    clients[slot] = client;
    zeros[ClientHash.zeros(hashed)]++;
    size++;
    return slot;
  }

  /** {@return the state of the client in a slot} */
  int state(int slot) {
    return states[slot] & 0xff;
  }

  /** Sets the state of the client in a slot. */
  void state(int slot, int state) {
    states[slot] = (byte) state;
  }

  /** Forgets the clients that the table does not take at this level. */
  void raiseTo(int newLevel) {
    level = newLevel;
    rebuild(clients.length);
  }

  /** {@return the lowest level, not below the present one, that has so many clients at most} */
  int levelFor(int clientsAtMost) {
    int left = size;
    int least = 0;
    while (least < level || left > clientsAtMost) {
      left -= zeros[least];
      least++;
    }
    return least;
  }

  /** {@return how many clients would be left at a level} */
  int size(int atLevel) {
    int left = 0;
    for (int i = atLevel; i < zeros.length; i++) {
      left += zeros[i];
    }
    return left;
  }

  /** Goes over the clients that would be left at a level. */
  void forEach(int atLevel, Visitor visitor) {
    for (int i = 0; i < clients.length; i++) {
      long client = clients[i];
      if (client != NOBODY) {
        long hashed = hash.of(client);
        if (ClientHash.zeros(hashed) >= atLevel) {
          visitor.visit(client, hashed, state(i));
        }
      }
    }
  }

  /** The client's slot, or the free one where it belongs. The level uses the other end's bits. */
  private int slotFor(long client, long hashed) {
    int last = clients.length - 1;
    int slot = (int) (hashed >>> 32) & last;
    while (clients[slot] != client && clients[slot] != NOBODY) {
      slot = slot + 1 & last;
    }
    return slot;
  }

  private void rebuild(int slots) {
    long[] oldClients = clients;
    byte[] oldStates = states;
    clients = new long[slots];
    states = new byte[slots];
    Arrays.fill(clients, NOBODY);
    Arrays.fill(zeros, 0);
    size = 0;
    for (int i = 0; i < oldClients.length; i++) {
      long client = oldClients[i];
      long hashed = hash.of(client);
      if (takes(client, hashed)) {
        states[put(client, hashed)] = oldStates[i];
      }
    }
  }
}
