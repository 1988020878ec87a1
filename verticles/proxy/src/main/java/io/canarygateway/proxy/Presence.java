package io.canarygateway.proxy;

import io.canarygateway.message.BreakerBeat;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/**
 * The nodes that are alive, judged by their beats. It only shows when a lease is worth trying: a
 * wrong guess costs a write that is not agreed on. Confined to one context.
 */
final class Presence {

  private static final long LIVE_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final LongSupplier nanoTime;
  private final Map<String, LastBeat> beats = new HashMap<>();

  /** When nodes that are not alive were first missed. */
  private final Map<String, Long> missed = new HashMap<>();

  private record LastBeat(long heardNanos, BreakerBeat beat) {}

  Presence(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * Notes a beat.
   *
   * @return whether it is the first beat of its node
   */
  boolean heard(BreakerBeat beat) {
    missed.remove(beat.node());
    return beats.put(beat.node(), new LastBeat(nanoTime.getAsLong(), beat)) == null;
  }

  /** Forgets all nodes, because this process was not running and could not receive beats. */
  void forgetAll() {
    missed.clear();
    beats.clear();
  }

  /** The nodes whose last beat is at most 3 s old. */
  Set<String> live() {
    long now = nanoTime.getAsLong();
    Set<String> live = new TreeSet<>();
    beats.forEach(
        (node, last) -> {
          if (now - last.heardNanos() <= LIVE_NANOS) {
            live.add(node);
          }
        });
    return live;
  }

  /** The live nodes; the one with the newest beat comes first. */
  List<String> latestFirst() {
    List<String> latest = new ArrayList<>(live());
    long now = nanoTime.getAsLong();
    latest.sort(
        Comparator.comparingLong(
            node -> now - Objects.requireNonNull(beats.get(node)).heardNanos()));
    return latest;
  }

  /**
   * The nodes that have been missed for more than 5 s. A node is missed once its last beat is older
   * than 5 s.
   */
  Set<String> silent(Collection<String> nodes) {
    long now = nanoTime.getAsLong();
    beats.values().removeIf(last -> now - last.heardNanos() > SILENT_NANOS);
    Set<String> silent = new TreeSet<>();
    for (String node : nodes) {
      if (!beats.containsKey(node)
          && now - missed.computeIfAbsent(node, first -> now) > SILENT_NANOS) {
        silent.add(node);
      }
    }
    missed.keySet().retainAll(nodes);
    return silent;
  }

  /** The sum of a value over the last beats of all live nodes. */
  long sum(ToLongFunction<BreakerBeat> value) {
    Set<String> live = live();
    return beats.values().stream()
        .map(LastBeat::beat)
        .filter(beat -> live.contains(beat.node()))
        .mapToLong(value)
        .sum();
  }
}
