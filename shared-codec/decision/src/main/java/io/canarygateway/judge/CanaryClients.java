package io.canarygateway.judge;

/**
 * The clients that were seen on canary, and those of them that failed there. Beyond a number of
 * clients it is a sample of them, as {@link ClientTable} takes it. A client of the sample that was
 * counted when more clients were stands for those that are forgotten since: its failure counts for
 * each of them. So the share of clients that fail stays right. Not thread-safe.
 */
final class CanaryClients {

  private static final int NONE = -1;
  private static final int FAILED = 1;
  private static final int EARLIER = 2;
  private static final int LEVEL_SHIFT = 2;
  private static final double MOST = 1L << 50;

  /** The number of fewer clients is not known well enough. They are no sample, or a tiny one. */
  private static final int FEWEST = 100;

  /** The clients of this process. A state has two flags, and the level at which it was counted. */
  private final ClientTable clients;

  /** The clients of earlier processes, and for how many of their clients each stands. */
  private SeenClients earlier;

  private double ofEarlier = 1;

  CanaryClients(int most, ClientHash hash) {
    clients = new ClientTable(most, hash);
    earlier = SeenClients.none();
  }

  /**
   * Goes on after a restart.
   *
   * @param counted how many clients were counted
   */
  void goOn(SeenClients seen, long counted) {
    earlier = seen;
    clients.raiseTo(seen.level());
    int known = seen.size();
    ofEarlier = known < FEWEST ? 1 : Math.max(1, Math.rint(counted / (double) known));
  }

  /** Whether earlier processes have counted the client. */
  boolean isEarlier(long hashed) {
    return earlier.has(hashed);
  }

  /**
   * Whether {@link #add} would count anything.
   *
   * @param knownFailed whether the client is known to have failed, on whichever arm
   */
  boolean concerns(long client, long hashed, boolean failed, boolean knownFailed) {
    if (!clients.takes(client, hashed)) {
      return false;
    }
    int state = state(client, hashed, knownFailed);
    return state == NONE || failed && (state & FAILED) == 0;
  }

  /** Counts a request of a client to canary. */
  void add(Counters counters, long client, long hashed, boolean failed, boolean knownFailed) {
    int before = state(client, hashed, knownFailed);
    int slot = clients.add(client, hashed);
    if (slot == ClientTable.ABSENT) {
      return;
    }
    int state = before;
    if (state == NONE) {
      counters.firstOnCanary();
      state = clients.level() << LEVEL_SHIFT;
    }
    if (failed && (state & FAILED) == 0) {
      counters.firstFailedOnCanary(standsFor(state));
      state |= FAILED;
    }
    clients.state(slot, state);
  }

  private int state(long client, long hashed, boolean knownFailed) {
    int slot = clients.find(client, hashed);
    if (slot != ClientTable.ABSENT) {
      return clients.state(slot);
    }
    return earlier.has(hashed)
        ? earlier.level() << LEVEL_SHIFT | EARLIER | (knownFailed ? FAILED : 0)
        : NONE;
  }

  private long standsFor(int state) {
    double one = (state & EARLIER) == 0 ? 1 : ofEarlier;
    return (long) Math.min(MOST, Math.scalb(one, clients.level() - (state >> LEVEL_SHIFT)));
  }

  /** The clients of this process and of earlier ones. */
  SeenClients seen(int mostBytes) {
    return earlier.and(clients, EARLIER, mostBytes);
  }
}
