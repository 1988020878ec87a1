package io.canarygateway.judge;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Counts as {@link Tally} has to, with one set for each thing that counts once. */
final class ReferenceTally {

  static final ClientHash HASH = new ClientHash(1);

  /** Clients, sampled by their hash when there are too many. */
  private static final class Sample {

    private final int most;
    private final Map<Long, Set<String>> clients = new HashMap<>();

    /** The levels at which clients came. */
    private final Map<Long, Integer> levels = new HashMap<>();

    private int level;

    Sample(int most) {
      this.most = most;
    }

    /** What is known of a client; null if it is not in the sample. */
    Set<String> of(long client) {
      if (clients.containsKey(client)) {
        return clients.get(client);
      }
      while (isTaken(client) && clients.size() == most) {
        level++;
        clients.keySet().removeIf(each -> !isTaken(each));
      }
      if (!isTaken(client)) {
        return null;
      }
      levels.put(client, level);
      return clients.computeIfAbsent(client, each -> new HashSet<>());
    }

    /** How many clients that came with this one there were for each that is left. */
    long standsFor(long client) {
      return 1L << level - levels.get(client);
    }

    private boolean isTaken(long client) {
      return HASH.of(client) << (Long.SIZE - 1 - level) << 1 == 0 || level == 0;
    }
  }

  private final Sample seen;
  private final Sample onCanary;
  private final Sample failing;
  private final Map<Double, Map<String, Long>> counts = new LinkedHashMap<>();

  ReferenceTally(int mostSeen, int mostFailed) {
    seen = new Sample(mostSeen);
    onCanary = new Sample(mostSeen);
    failing = new Sample(mostFailed);
  }

  void add(Scored request) {
    if (request.weight() <= 0 || request.weight() >= 1) {
      return;
    }
    String arm = request.canary() ? "canary" : "main";
    List<String> things = new ArrayList<>();
    if (request.failed()) {
      Set<String> known = failing.of(request.client());
      if (known != null && known.add("failed")) {
        things.add("failed " + arm);
      }
    }
    Set<String> known = seen.of(request.client());
    if (known != null) {
      if (known.add("seen")) {
        things.add("new " + arm);
      }
      for (int i = 0; i < request.exceeded(); i++) {
        if (known.add("slow " + i)) {
          things.add("slow " + i + " " + arm);
        }
      }
    }
    things.forEach(each -> count(request, each, 1));
    Set<String> there = request.canary() ? onCanary.of(request.client()) : null;
    if (there != null) {
      if (there.add("seen")) {
        count(request, "on canary", 1);
      }
      if (request.failed() && there.add("failed")) {
        count(request, "failed on canary", onCanary.standsFor(request.client()));
      }
    }
  }

  private void count(Scored request, String thing, long clients) {
    counts
        .computeIfAbsent(request.weight(), each -> new HashMap<>())
        .merge(thing, clients, Long::sum);
  }

  List<WeightCounts> counts() {
    return counts.entrySet().stream()
        .map(
            each ->
                new WeightCounts(
                    each.getKey(),
                    each.getValue().getOrDefault("new canary", 0L),
                    each.getValue().getOrDefault("new main", 0L),
                    each.getValue().getOrDefault("on canary", 0L),
                    each.getValue().getOrDefault("failed on canary", 0L),
                    each.getValue().getOrDefault("failed canary", 0L),
                    each.getValue().getOrDefault("failed main", 0L),
                    slow(each.getValue(), "canary"),
                    slow(each.getValue(), "main")))
        .toList();
  }

  private static List<Long> slow(Map<String, Long> counts, String arm) {
    return IntStream.range(0, LatencyBounds.COUNT)
        .mapToObj(i -> counts.getOrDefault("slow " + i + " " + arm, 0L))
        .toList();
  }
}
