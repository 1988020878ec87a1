package io.canarygateway.proxy;

import io.canarygateway.decision.Ledger;
import io.canarygateway.decision.LedgerWire;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.AsyncMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The storage of the cluster's ledger: one entry of a map that all nodes share. Confined to one
 * context.
 */
final class LedgerStore {

  /** The map's name, which the cluster's configuration contains too. */
  private static final String NAME = "gateway.breaker";

  private static final String KEY = "ledger";
  private static final long TIMEOUT_MS = 2_000;

  private final AsyncMap<String, String> map;

  private LedgerStore(AsyncMap<String, String> map) {
    this.map = map;
  }

  /** Opens the storage. Fails if the cluster does not answer within 2 s. */
  static Future<LedgerStore> open(Vertx vertx) {
    return vertx
        .sharedData()
        .<String, String>getClusterWideMap(NAME)
        .timeout(TIMEOUT_MS, TimeUnit.MILLISECONDS)
        .map(LedgerStore::new);
  }

  /** The stored text; null if nothing is stored. */
  Future<String> read() {
    return map.get(KEY).timeout(TIMEOUT_MS, TimeUnit.MILLISECONDS);
  }

  /**
   * Replaces the stored text, if it is the expected one.
   *
   * @param expected the text that was read; null if nothing was stored
   * @return whether the text was replaced
   */
  Future<Boolean> replace(@Nullable String expected, Ledger next) {
    Future<Boolean> replaced =
        expected == null
            ? map.putIfAbsent(KEY, textOf(next)).map(found -> found == null)
            : map.replaceIfPresent(KEY, expected, textOf(next));
    return replaced.timeout(TIMEOUT_MS, TimeUnit.MILLISECONDS);
  }

  static String textOf(Ledger ledger) {
    return LedgerWire.toText(ledger);
  }

  static Ledger ledgerOf(String text) {
    return LedgerWire.ofText(text);
  }
}
