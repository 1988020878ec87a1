package io.canarygateway.flagwatcher;

import io.canarygateway.flags.FlagException;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.RolloutReport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Shares the rollout among the nodes of a cluster. A node whose source is up publishes its reading
 * every second. A node whose source cannot be reached takes the newest reading of another node,
 * until that is too old. On one context.
 */
final class NodeRollouts {

  private static final long PUBLISH_MS = 1_000;
  private static final long CHECK_MS = 250;
  private static final int MAX_NODES = 1_000;
  private static final String CANARY = RolloutPoller.CANARY_FLAG;
  private static final String MAINTENANCE = RolloutPoller.MAINTENANCE_FLAG;

  private record Reading(RolloutReport report, long readAtNanos) {}

  private final Vertx vertx;
  private final String node;
  private final Layer layer;
  private final Duration unhealthy;
  private final FlagStore store;
  private final WatcherSink sink;

  /** The last valid reading of each other node, by the node's id. */
  private final Map<String, Reading> readings = new HashMap<>();

  /**
   * Creates the exchange of the rollout of one source.
   *
   * @param node the id of this node
   * @param origin the source, which the other nodes have too
   */
  NodeRollouts(Vertx vertx, String node, RolloutOrigin origin, FlagStore store, WatcherSink sink) {
    this.vertx = vertx;
    this.node = node;
    this.layer = origin.layer();
    this.unhealthy = origin.unhealthy();
    this.store = store;
    this.sink = sink;
  }

  Future<?> start() {
    vertx.setPeriodic(PUBLISH_MS, timer -> publish());
    vertx.setPeriodic(CHECK_MS, timer -> check());
    return vertx
        .eventBus()
        .<RolloutReport>consumer(Addresses.CLUSTER_ROLLOUTS, message -> receive(message.body()))
        .completion();
  }

  private void publish() {
    if (sink.isUp(layer)) {
      long ageMillis = TimeUnit.NANOSECONDS.toMillis(sink.syncAgeNanos(layer));
      vertx
          .eventBus()
          .publish(
              Addresses.CLUSTER_ROLLOUTS,
              new RolloutReport(node, layer.label(), text(CANARY), text(MAINTENANCE), ageMillis));
    }
  }

  private String text(String flag) {
    return Optional.ofNullable(store.layer(layer).get(flag)).map(Layers.Entry::text).orElse("");
  }

  private void receive(RolloutReport report) {
    if (report.node().equals(node)
        || !report.source().equals(layer.label())
        || report.ageMillis() < 0
        || readings.size() >= MAX_NODES && !readings.containsKey(report.node())) {
      return;
    }
    try {
      RolloutReport valid =
          new RolloutReport(
              report.node(),
              report.source(),
              canonical(CANARY, report.canary()),
              canonical(MAINTENANCE, report.maintenance()),
              report.ageMillis());
      long readAt = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(report.ageMillis());
      readings.put(report.node(), new Reading(valid, readAt));
    } catch (FlagException e) {
      // A node of another version, whose values are not valid here.
    }
  }

  private String canonical(String flag, String text) {
    return text.isEmpty()
        ? text
        : Objects.requireNonNull(store.registry().byName().get(flag)).canonical(text);
  }

  /** Takes the newest reading while this node's source is not up, and drops it otherwise. */
  private void check() {
    long now = System.nanoTime();
    readings.values().removeIf(reading -> now - reading.readAtNanos() >= unhealthy.toNanos());
    boolean up = sink.isUp(layer);
    Optional<RolloutReport> newest =
        up
            ? Optional.empty()
            : readings.values().stream()
                .max(Comparator.comparingLong(Reading::readAtNanos))
                .map(Reading::report);
    String origin = newest.map(report -> report.source() + " of node " + report.node()).orElse("");
    List<Change> changes = new ArrayList<>();
    for (String flag : List.of(CANARY, MAINTENANCE)) {
      Optional<String> text =
          newest
              .map(report -> flag.equals(CANARY) ? report.canary() : report.maintenance())
              .filter(reported -> !reported.isEmpty() && !isCovered(flag));
      // While no reading is known, maintenance stays as it was; a node's own source does the same.
      boolean stays = flag.equals(MAINTENANCE) && !up && !isCovered(flag);
      if (text.isPresent() || !stays && store.layer(Layer.NODES).containsKey(flag)) {
        changes.add(new Change(Layer.NODES, flag, text, origin));
      }
    }
    sink.apply(changes, false);
  }

  /**
   * Whether a layer between this source's and {@link Layer#NODES} sets a flag. The readings of
   * other nodes must not cover that layer.
   */
  private boolean isCovered(String flag) {
    return EnumSet.allOf(Layer.class).stream()
        .filter(other -> other.compareTo(layer) > 0 && other.compareTo(Layer.NODES) < 0)
        .anyMatch(other -> store.layer(other).containsKey(flag));
  }
}
