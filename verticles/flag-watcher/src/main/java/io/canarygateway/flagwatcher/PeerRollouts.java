package io.canarygateway.flagwatcher;

import io.canarygateway.flags.FlagException;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.RolloutWord;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A node whose source of the rollout is away takes the newest healthy reading of the others, as
 * long as that is not too old, before its own falls to 0. On one context.
 */
final class PeerRollouts {

  private static final long TELL_MS = 1_000;
  private static final long CHECK_MS = 250;
  private static final int MAX_PEERS = 1_000;
  private static final String CANARY = RolloutPoller.CANARY_FLAG;
  private static final String MAINTENANCE = RolloutPoller.MAINTENANCE_FLAG;

  private record Heard(RolloutWord word, long readAtNanos) {}

  private final Vertx vertx;
  private final String node;
  private final Layer source;
  private final Duration unhealthy;
  private final FlagStore store;
  private final WatcherSink sink;
  private final Map<String, Heard> heard = new HashMap<>();

  /**
   * Words of one source.
   *
   * @param rollout whose readings they are, and how old they may be
   */
  PeerRollouts(Vertx vertx, String node, RolloutOrigin rollout, FlagStore store, WatcherSink sink) {
    this.vertx = vertx;
    this.node = node;
    this.source = rollout.layer();
    this.unhealthy = rollout.unhealthy();
    this.store = store;
    this.sink = sink;
  }

  Future<?> start() {
    vertx.setPeriodic(TELL_MS, timer -> tell());
    vertx.setPeriodic(CHECK_MS, timer -> check());
    return vertx
        .eventBus()
        .<RolloutWord>consumer(Addresses.CLUSTER_ROLLOUTS, message -> hear(message.body()))
        .completion();
  }

  private void tell() {
    if (sink.isUp(source)) {
      vertx
          .eventBus()
          .publish(
              Addresses.CLUSTER_ROLLOUTS,
              new RolloutWord(
                  node,
                  source.label(),
                  text(CANARY),
                  text(MAINTENANCE),
                  TimeUnit.NANOSECONDS.toMillis(sink.syncAgeNanos(source))));
    }
  }

  private String text(String flag) {
    FlagStore.Entry entry = store.layer(source).get(flag);
    return entry == null ? "" : entry.text();
  }

  private void hear(RolloutWord word) {
    if (word.node().equals(node)
        || !word.source().equals(source.label())
        || word.ageMillis() < 0
        || heard.size() >= MAX_PEERS && !heard.containsKey(word.node())) {
      return;
    }
    try {
      RolloutWord good =
          new RolloutWord(
              word.node(),
              word.source(),
              canonical(CANARY, word.canary()),
              canonical(MAINTENANCE, word.maintenance()),
              word.ageMillis());
      long readAt = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(word.ageMillis());
      heard.put(word.node(), new Heard(good, readAt));
    } catch (FlagException e) {
      // A node with other declarations than ours, whose word means nothing here.
    }
  }

  private String canonical(String flag, String text) {
    return text.isEmpty() ? text : store.registry().byName().get(flag).canonical(text);
  }

  private void check() {
    long now = System.nanoTime();
    heard.values().removeIf(one -> now - one.readAtNanos() >= unhealthy.toNanos());
    boolean up = sink.isUp(source);
    Optional<RolloutWord> newest =
        up
            ? Optional.empty()
            : heard.values().stream()
                .max(Comparator.comparingLong(Heard::readAtNanos))
                .map(Heard::word);
    String origin = newest.map(word -> word.source() + " of node " + word.node()).orElse("");
    List<Change> changes = new ArrayList<>();
    for (String flag : List.of(CANARY, MAINTENANCE)) {
      String text =
          newest
              .map(word -> flag.equals(CANARY) ? word.canary() : word.maintenance())
              .filter(word -> !word.isEmpty() && !decidedAbove(flag))
              .orElse(null);
      // As with a node's own source, maintenance stays as it was while nothing is known.
      boolean stays = flag.equals(MAINTENANCE) && !up && !decidedAbove(flag);
      if (text != null || !stays && store.layer(Layer.PEERS).containsKey(flag)) {
        changes.add(new Change(Layer.PEERS, flag, text, origin));
      }
    }
    sink.apply(changes, false);
  }

  /** Whether a source that covers the one whose readings these are has a word on a flag. */
  private boolean decidedAbove(String flag) {
    return EnumSet.allOf(Layer.class).stream()
        .filter(layer -> layer.compareTo(source) > 0 && layer.compareTo(Layer.PEERS) < 0)
        .anyMatch(layer -> store.layer(layer).containsKey(flag));
  }
}
