package io.canarygateway.judge;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counts the clients of one release from the outcomes of their requests. Each client counts at most
 * once as new, as seen on canary, as failed, as failed on canary, and as slow for each latency
 * bound, however many requests it sends and whichever arm they go to. Example: a client that fails
 * on main, and later on canary because canary's share has risen, counts as a failure of main only.
 *
 * <p>Memory is bounded: about 6 MB at most. Beyond 131,072 clients, as many on canary, or 65,536
 * failing ones, only a sample of them is counted further. The sample is by a hash of the client and
 * so does not depend on the arm. A secret is part of the hash, so that clients cannot choose the
 * sample. Not thread-safe.
 */
public final class Tally {

  private static final int MOST_SEEN = 1 << 17;
  private static final int MOST_FAILED = 1 << 16;
  private static final int MOST_WEIGHTS = 128;

  /** Of runs that were begun before there were secrets. */
  private static final ClientHash NO_SECRET = new ClientHash(0);

  private static final SecureRandom SECRETS = new SecureRandom();

  /** From this number on, the hashes of a sample of clients show the sample's level. */
  private static final int LEVEL_SHOWS = 64;

  private final ClientHash hash;

  /** The clients that were seen by this process, and how many bounds each has exceeded. */
  private final ClientTable seen;

  /** They have a sample of their own: they may be few of all. */
  private final CanaryClients onCanary;

  /** The clients that failed, on whichever arm. They have a sample of their own: they are few. */
  private final ClientTable failed;

  /** The clients that were seen by earlier processes. */
  private SeenClients earlier;

  private final List<Counters> weights = new ArrayList<>();
  private @Nullable List<WeightCounts> counts;

  /** Makes an empty tally with a secret that nobody knows. */
  public Tally() {
    this(SECRETS.nextLong());
  }

  /**
   * Makes an empty tally, for simulations that are to come to the same result again.
   *
   * @param secret is part of the hash of clients
   */
  public Tally(long secret) {
    this(MOST_SEEN, MOST_FAILED, new ClientHash(secret));
  }

  Tally(int mostSeen, int mostFailed, ClientHash hash) {
    this.hash = hash;
    seen = new ClientTable(mostSeen, hash);
    onCanary = new CanaryClients(mostSeen, hash);
    failed = new ClientTable(mostFailed, hash);
    earlier = SeenClients.none();
  }

  /**
   * Goes on after a restart.
   *
   * @param counts the result of {@link #counts}
   * @param failedClients the result of {@link #failedClients}; these clients do not count as failed
   *     again
   * @param seenClients the result of {@link #seenClients}; these clients do not count as new again.
   *     Those that were on canary do not count there again, nor as slow. Empty if it is not known:
   *     then all clients count as new, as on canary and as slow once more, and the secret is 0
   * @return a tally that counts on
   * @throws IllegalArgumentException if {@code seenClients} is not such a result
   */
  public static Tally of(List<WeightCounts> counts, long[] failedClients, byte[] seenClients) {
    ByteBuffer bytes = ByteBuffer.wrap(seenClients);
    ClientHash hash = seenClients.length < Long.BYTES ? NO_SECRET : new ClientHash(bytes.getLong());
    Tally tally = new Tally(MOST_SEEN, MOST_FAILED, hash);
    for (WeightCounts each : counts) {
      if (tally.weights.size() < MOST_WEIGHTS) {
        tally.weights.add(Counters.of(each));
      }
    }
    int level = Long.SIZE - 1;
    for (long client : failedClients) {
      long hashed = hash.of(client);
      tally.failed.add(client, hashed);
      level = Math.min(level, ClientHash.zeros(hashed));
    }
    if (failedClients.length >= LEVEL_SHOWS && level > tally.failed.level()) {
      tally.failed.raiseTo(level);
    }
    if (seenClients.length > 0) {
      tally.earlier = SeenClients.read(bytes);
      tally.seen.raiseTo(tally.earlier.level());
      tally.onCanary.goOn(
          SeenClients.read(bytes), counts.stream().mapToLong(WeightCounts::canaryClients).sum());
      if (bytes.hasRemaining()) {
        throw new IllegalArgumentException(bytes.remaining() + " bytes behind two sets of clients");
      }
    }
    return tally;
  }

  /**
   * Counts an outcome.
   *
   * @param weight canary's share of clients that was in force; outside (0, 1) nothing is counted,
   *     because there is nothing to compare. Of different shares the first 128 are counted.
   * @param client the client's assignment, by {@link Double#doubleToLongBits}
   * @param outcome the outcome, as {@link Outcome} packs it
   */
  public void add(double weight, long client, byte outcome) {
    long hashed = hash.of(client);
    if (!(weight > 0 && weight < 1) || !concerns(client, hashed, outcome)) {
      return;
    }
    Counters counters = counters(weight);
    if (counters == null) {
      return;
    }
    counts = null;
    boolean canary = Outcome.isCanary(outcome);
    int known = seen.find(client, hashed);
    boolean isNew = known == ClientTable.ABSENT && !earlier.has(hashed);
    int before = slow(known, hashed);
    int slot = known == ClientTable.ABSENT ? seen.add(client, hashed) : known;
    if (slot != ClientTable.ABSENT) {
      if (isNew) {
        counters.firstSeen(canary);
      }
      int after = Math.max(before, Outcome.exceeded(outcome));
      if (after > 0) { // A state is 0 at first.
        seen.state(slot, after);
        counters.firstSlow(canary, before, after);
      }
    }
    if (canary) {
      onCanary.add(counters, client, hashed, Outcome.isFailed(outcome), hasFailed(client, hashed));
    }
    if (Outcome.isFailed(outcome)
        && !hasFailed(client, hashed)
        && failed.add(client, hashed) != ClientTable.ABSENT) {
      counters.firstFailed(canary);
    }
  }

  private boolean hasFailed(long client, long hashed) {
    return failed.find(client, hashed) != ClientTable.ABSENT;
  }

  /**
   * How many latency bounds a client has exceeded. One that an earlier process has counted on
   * canary does not count as slow any more, because it may have counted there already. One that was
   * on main only may count as slow once more. That is fair to canary, whose share of such clients
   * is smaller than that of new ones.
   */
  private int slow(int slot, long hashed) {
    if (slot != ClientTable.ABSENT) {
      return seen.state(slot);
    }
    return earlier.has(hashed) && onCanary.isEarlier(hashed) ? LatencyBounds.COUNT : 0;
  }

  private @Nullable Counters counters(double weight) {
    for (int i = 0; i < weights.size(); i++) {
      if (weights.get(i).weight() == weight) {
        return weights.get(i);
      }
    }
    if (weights.size() == MOST_WEIGHTS) {
      return null;
    }
    Counters added = new Counters(weight);
    weights.add(added);
    return added;
  }

  /**
   * Decides whether {@link #add} would count anything. It would not for most requests of clients
   * that come again.
   *
   * @param client the client's assignment
   * @param outcome the outcome
   * @return whether it would, with a share in (0, 1)
   */
  public boolean concerns(long client, byte outcome) {
    return concerns(client, hash.of(client), outcome);
  }

  private boolean concerns(long client, long hashed, byte outcome) {
    boolean isFailed = Outcome.isFailed(outcome);
    return seen.takes(client, hashed) && seenChanges(client, hashed, outcome)
        || Outcome.isCanary(outcome)
            && onCanary.concerns(client, hashed, isFailed, isFailed && hasFailed(client, hashed))
        || isFailed && failed.takes(client, hashed) && !hasFailed(client, hashed);
  }

  /** Whether a client would count as new or as slow. */
  private boolean seenChanges(long client, long hashed, byte outcome) {
    int slot = seen.find(client, hashed);
    return slot == ClientTable.ABSENT && !earlier.has(hashed)
        || Outcome.exceeded(outcome) > slow(slot, hashed);
  }

  /** {@return the counts of each share, in the order in which the shares first came} */
  public List<WeightCounts> counts() {
    List<WeightCounts> known = counts;
    if (known == null) {
      known = weights.stream().map(Counters::toCounts).toList();
      counts = known;
    }
    return known;
  }

  /**
   * Returns the clients that failed, for {@link #of}. If there are too many, it is the sample of
   * those whose hashes end in enough zero bits. A tally that goes on with it counts further
   * failures of such clients only, so none counts twice. The newest clients would not do: an older
   * one would count again when it fails again.
   *
   * @param most the most clients; the larger, the more failures are counted after a restart
   * @return the clients' assignments
   */
  public long[] failedClients(int most) {
    int level = failed.levelFor(most);
    long[] clients = new long[failed.size(level)];
    int[] next = {0};
    failed.forEach(level, (client, hashed, state) -> clients[next[0]++] = client);
    return clients;
  }

  /**
   * Returns which clients were seen, for {@link #of}. If there are too many, it is a sample by
   * their hashes, and a tally that goes on with it counts clients of that sample only. About one
   * new client in eight is taken for one that was seen.
   *
   * <p>It goes over the whole table, which takes milliseconds: not for every change.
   *
   * @param mostBytes the most bytes besides the secret and two headers of 6, at least 64; it takes
   *     2 to 4 bytes for each client
   * @return the clients
   */
  public byte[] seenClients(int mostBytes) {
    SeenClients all = earlier.and(seen, 0, mostBytes / 2);
    SeenClients canary = onCanary.seen(mostBytes / 2);
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + all.bytes() + canary.bytes());
    bytes.putLong(hash.secret());
    all.write(bytes);
    canary.write(bytes);
    return bytes.array();
  }

  /**
   * Forgets the counts of new clients, which are the evidence about the split. Clients that were
   * seen do not count as new again.
   */
  public void forgetRatio() {
    weights.forEach(Counters::forgetRatio);
    counts = null;
  }
}
