package io.canarygateway.flagwatcher;

import io.canarygateway.message.Addresses;
import io.canarygateway.message.ComponentHealth.Status;
import io.canarygateway.message.FlagOverride;
import io.canarygateway.message.HealthReporter;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.AsyncMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The flags that operators override on any node, for all nodes. A cluster-wide map keeps them for
 * nodes that start later, and a message carries each change to the nodes that run. Every node reads
 * the map again every 5 s, so that nodes agree again after a network partition. Does nothing
 * without a cluster. On one context.
 */
final class Overrides {

  /** Applies overrides to the settings of this node. */
  interface Target {
    /** Makes the overrides be exactly these. */
    void replaceAll(Map<String, String> texts);

    /** Sets one override; an empty text removes it. */
    void set(String flag, Optional<String> text);
  }

  private static final Logger LOG = LoggerFactory.getLogger(Overrides.class);
  private static final String MAP = "gateway.overrides";
  private static final long READ_MS = 5_000;
  private static final long TIMEOUT_MS = 3_000;
  private static final long RETRY_MS = 500;

  /** The component of health that exists in a cluster. */
  private static final String COMPONENT = "overrides";

  /** The overrides of a node that does not know them. */
  private static final Map<String, String> UNKNOWN = Map.of("canary-enabled", "false");

  private final Vertx vertx;
  private final String node;
  private final Target target;
  private final HealthReporter health;

  /** Overrides of this node that are not in the map yet; an empty text removes one. */
  private final Map<String, Optional<String>> unsent = new HashMap<>();

  private @Nullable AsyncMap<String, String> shared;
  private int sending;

  /** Whether the map was not read yet. */
  private boolean unknown;

  /** Grows with each override: a reading of the map that began before one may be outdated. */
  private long turn;

  Overrides(Vertx vertx, String node, Target target) {
    this.vertx = vertx;
    this.node = node;
    this.target = target;
    this.health = new HealthReporter(vertx.eventBus());
  }

  /**
   * The overrides at the start of this node. If the map cannot be read in time, canary is stopped
   * until it can: somebody may have stopped it.
   */
  Future<Map<String, String>> load() {
    if (!vertx.isClustered()) {
      return Future.succeededFuture(Map.of());
    }
    return map()
        .compose(AsyncMap::entries)
        .timeout(TIMEOUT_MS, TimeUnit.MILLISECONDS)
        .otherwise(
            cause -> {
              LOG.warn(
                  "the overrides of other nodes are not known yet, so canary is stopped: {}",
                  cause.getMessage());
              unknown = true;
              return UNKNOWN;
            });
  }

  private Future<AsyncMap<String, String>> map() {
    return shared != null
        ? Future.succeededFuture(shared)
        : vertx.sharedData().<String, String>getClusterWideMap(MAP).onSuccess(map -> shared = map);
  }

  /** Follows the overrides of other nodes. */
  Future<?> start() {
    if (!vertx.isClustered()) {
      return Future.succeededFuture();
    }
    vertx.setPeriodic(READ_MS, timer -> synchronise());
    if (unknown) {
      readFirst();
    }
    reportHealth();
    return vertx
        .eventBus()
        .<FlagOverride>consumer(Addresses.CLUSTER_OVERRIDES, message -> receive(message.body()))
        .completion();
  }

  private void reportHealth() {
    if (unknown) {
      String detail = "those of other nodes are not known yet, so canary is stopped";
      health.report(COMPONENT, Status.DEGRADED, detail);
    } else if (sending == 0 && !unsent.isEmpty()) {
      String detail =
          "other nodes do not have " + String.join(", ", new TreeSet<>(unsent.keySet()));
      health.report(COMPONENT, Status.DEGRADED, detail);
    } else if (unsent.isEmpty()) {
      health.report(COMPONENT, Status.UP, "");
    }
  }

  /** Reads the map until that succeeds for the first time. */
  private void readFirst() {
    map()
        .compose(AsyncMap::entries)
        .timeout(TIMEOUT_MS, TimeUnit.MILLISECONDS)
        .onSuccess(this::replaceAll)
        .onFailure(cause -> vertx.setTimer(RETRY_MS, timer -> readFirst()));
  }

  private void replaceAll(Map<String, String> entries) {
    if (unknown) {
      unknown = false;
      LOG.info("the overrides of other nodes are known");
    }
    Map<String, String> all = new HashMap<>(entries);
    unsent.forEach(
        (flag, text) ->
            text.ifPresentOrElse(value -> all.put(flag, value), () -> all.remove(flag)));
    target.replaceAll(all);
    reportHealth();
  }

  private void receive(FlagOverride override) {
    turn++;
    if (!override.node().equals(node) && !unsent.containsKey(override.flag())) {
      target.set(override.flag(), override.text());
    }
  }

  /** Passes an override of this node on to all nodes; an empty text removes it. */
  void publish(String flag, Optional<String> text) {
    if (vertx.isClustered()) {
      turn++;
      unsent.put(flag, text);
      send(flag, text);
    }
  }

  private void send(String flag, Optional<String> text) {
    sending++;
    map()
        .compose(
            map -> text.isEmpty() ? map.remove(flag).<Void>mapEmpty() : map.put(flag, text.get()))
        .timeout(TIMEOUT_MS, TimeUnit.MILLISECONDS)
        .onSuccess(
            done -> {
              unsent.remove(flag, text);
              vertx
                  .eventBus()
                  .publish(Addresses.CLUSTER_OVERRIDES, new FlagOverride(flag, text, node));
            })
        .onFailure(
            cause ->
                LOG.warn(
                    "the override of {} has not reached other nodes yet: {}",
                    flag,
                    cause.getMessage()))
        .onComplete(
            done -> {
              sending--;
              turn++;
              reportHealth();
            });
  }

  /** Sends overrides that failed to be sent; if there are none, reads the map. */
  private void synchronise() {
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
                replaceAll(entries);
              }
            });
  }
}
