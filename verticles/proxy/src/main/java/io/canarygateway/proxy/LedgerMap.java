package io.canarygateway.proxy;

import io.canarygateway.decision.Ledger;
import io.canarygateway.decision.LedgerWire;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.AsyncMap;
import java.util.concurrent.TimeUnit;

/** Where the ledger is kept: an entry of a map that all nodes share, each with a backup. */
final class LedgerMap {

  /** Named in the cluster's configuration too. */
  private static final String NAME = "gateway.breaker";

  private static final String KEY = "ledger";
  private static final long TIMEOUT_MS = 2_000;

  private final AsyncMap<String, String> map;

  private LedgerMap(AsyncMap<String, String> map) {
    this.map = map;
  }

  static Future<LedgerMap> open(Vertx vertx) {
    return vertx
        .sharedData()
        .<String, String>getClusterWideMap(NAME)
        .timeout(TIMEOUT_MS, TimeUnit.MILLISECONDS)
        .map(LedgerMap::new);
  }

  /** What is there, as text, or null. */
  Future<String> read() {
    return map.get(KEY).timeout(TIMEOUT_MS, TimeUnit.MILLISECONDS);
  }

  /**
   * Replaces what is there, unless it is something else than expected.
   *
   * @param expected the text that is there, or null if nothing is
   */
  Future<Boolean> replace(String expected, Ledger next) {
    Future<Boolean> replaced =
        expected == null
            ? map.putIfAbsent(KEY, textOf(next)).map(found -> found == null)
            : map.replaceIfPresent(KEY, expected, textOf(next));
    return replaced.timeout(TIMEOUT_MS, TimeUnit.MILLISECONDS);
  }

  static String textOf(Ledger ledger) {
    return ledger == null ? null : LedgerWire.toText(ledger);
  }

  static Ledger ledgerOf(String text) {
    return text == null ? null : LedgerWire.ofText(text);
  }
}
