package io.canarygateway.judge;

/**
 * Hashes clients by a secret. Clients may choose their assignments. If they could also compute the
 * hashes, they could fill a table so that it forgets all other clients, or takes long to search.
 * Immutable.
 *
 * @param secret is not told to clients; the same for all processes that count a run
 */
record ClientHash(long secret) {

  /** The finalizer of MurmurHash3: it spreads assignments that differ in a few bits only. */
  long of(long client) {
    long hash = client ^ secret ^ 0x9e3779b97f4a7c15L;
    hash = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
    hash = (hash ^ hash >>> 33) * 0xc4ceb9fe1a85ec53L;
    return hash ^ hash >>> 33;
  }

  /** How many zero bits a hash ends in. */
  static int zeros(long hash) {
    return Long.numberOfTrailingZeros(hash);
  }
}
