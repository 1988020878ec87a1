package io.canarygateway.proxy;

import io.canarygateway.message.BreakerBeat;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/**
 * Who is there, by the beats that were heard. It says when to try, never what is right: a wrong
 * guess costs a write that is not agreed on. On one context.
 */
final class Presence {

  private static final long LIVE_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final LongSupplier nanoTime;
  private final Map<String, Peer> peers = new HashMap<>();

  /** When nodes that have not been heard of were first missed. */
  private final Map<String, Long> missed = new HashMap<>();

  private record Peer(long heardNanos, BreakerBeat beat) {}

  Presence(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * Notes a beat.
   *
   * @return whether it is the first of its node
   */
  boolean heard(BreakerBeat beat) {
    missed.remove(beat.node());
    return peers.put(beat.node(), new Peer(nanoTime.getAsLong(), beat)) == null;
  }

  /** This process was not running for a while, so nobody could be heard. */
  void deaf() {
    missed.clear();
    peers.clear();
  }

  Set<String> live() {
    long now = nanoTime.getAsLong();
    Set<String> live = new TreeSet<>();
    peers.forEach(
        (node, peer) -> {
          if (now - peer.heardNanos() <= LIVE_NANOS) {
            live.add(node);
          }
        });
    return live;
  }

  /** The same, the one heard of last first. */
  List<String> latestFirst() {
    List<String> latest = new ArrayList<>(live());
    long now = nanoTime.getAsLong();
    latest.sort(Comparator.comparingLong(node -> now - peers.get(node).heardNanos()));
    return latest;
  }

  /** Those who have not been heard of for twice that long: missed, and missed ever since. */
  Set<String> silent(Collection<String> nodes) {
    long now = nanoTime.getAsLong();
    peers.values().removeIf(peer -> now - peer.heardNanos() > SILENT_NANOS);
    Set<String> silent = new TreeSet<>();
    for (String node : nodes) {
      if (!peers.containsKey(node)
          && now - missed.computeIfAbsent(node, first -> now) > SILENT_NANOS) {
        silent.add(node);
      }
    }
    missed.keySet().retainAll(nodes);
    return silent;
  }

  long sum(ToLongFunction<BreakerBeat> value) {
    Set<String> live = live();
    return peers.values().stream()
        .map(Peer::beat)
        .filter(beat -> live.contains(beat.node()))
        .mapToLong(value)
        .sum();
  }
}
