package io.canarygateway.flagwatcher;

import io.canarygateway.message.Addresses;
import io.canarygateway.message.FlagOverride;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.AsyncMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What operators set on one node, for all nodes: kept in data that the nodes share, told to those
 * that are there, read by those that come later. All look at the shared data now and then, so that
 * nodes that were cut off agree again. On one context.
 */
final class Overrides {

  /** Where changes go. */
  interface Target {
    /** Makes exactly these overrides be in force. */
    void replaceAll(Map<String, String> texts);

    /** Sets one, or takes it back if the text is null. */
    void set(String flag, String text);
  }

  private static final Logger LOG = LoggerFactory.getLogger(Overrides.class);
  private static final String MAP = "gateway.overrides";
  private static final long LOOK_MS = 5_000;
  private static final long TIMEOUT_MS = 3_000;

  private final Vertx vertx;
  private final String node;
  private final Target target;

  /** What was set here and is not in the shared data yet; a null text takes back. */
  private final Map<String, String> unsent = new HashMap<>();

  private AsyncMap<String, String> shared;
  private int sending;

  /** Counts what is set: what was read of the shared data before may be older than that. */
  private long turn;

  Overrides(Vertx vertx, String node, Target target) {
    this.vertx = vertx;
    this.node = node;
    this.target = target;
  }

  /** What is overridden when this node comes; nothing if that cannot be found out in time. */
  Future<Map<String, String>> load() {
    if (!vertx.isClustered()) {
      return Future.succeededFuture(Map.of());
    }
    return map()
        .compose(AsyncMap::entries)
        .timeout(TIMEOUT_MS, TimeUnit.MILLISECONDS)
        .otherwise(
            cause -> {
              LOG.warn("what other nodes override is not known yet: {}", cause.getMessage());
              return Map.of();
            });
  }

  private Future<AsyncMap<String, String>> map() {
    return shared != null
        ? Future.succeededFuture(shared)
        : vertx.sharedData().<String, String>getClusterWideMap(MAP).onSuccess(map -> shared = map);
  }

  Future<?> start() {
    if (!vertx.isClustered()) {
      return Future.succeededFuture();
    }
    vertx.setPeriodic(LOOK_MS, timer -> look());
    return vertx
        .eventBus()
        .<FlagOverride>consumer(
            Addresses.CLUSTER_OVERRIDES,
            message -> {
              FlagOverride override = message.body();
              turn++;
              if (!override.node().equals(node) && !unsent.containsKey(override.flag())) {
                target.set(override.flag(), override.text().orElse(null));
              }
            })
        .completion();
  }

  /** Tells the other nodes of what was set here. */
  void tell(String flag, String text) {
    if (vertx.isClustered()) {
      turn++;
      unsent.put(flag, text);
      send(flag, text);
    }
  }

  private void send(String flag, String text) {
    sending++;
    map()
        .compose(map -> text == null ? map.remove(flag).<Void>mapEmpty() : map.put(flag, text))
        .timeout(TIMEOUT_MS, TimeUnit.MILLISECONDS)
        .onSuccess(
            done -> {
              unsent.remove(flag, text);
              vertx
                  .eventBus()
                  .publish(
                      Addresses.CLUSTER_OVERRIDES,
                      new FlagOverride(flag, Optional.ofNullable(text), node));
            })
        .onFailure(
            cause -> LOG.warn("other nodes are not told of {} yet: {}", flag, cause.getMessage()))
        .onComplete(
            done -> {
              sending--;
              turn++;
            });
  }

  private void look() {
    if (sending > 0) {
      return;
    }
    if (!unsent.isEmpty()) {
      new HashMap<>(unsent).forEach(this::send);
      return;
    }
    long began = turn;
    map()
        .compose(AsyncMap::entries)
        .timeout(TIMEOUT_MS, TimeUnit.MILLISECONDS)
        .onSuccess(
            entries -> {
              if (turn == began) {
                target.replaceAll(entries);
              }
            });
  }
}
