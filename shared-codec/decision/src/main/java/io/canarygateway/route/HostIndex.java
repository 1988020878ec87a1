package io.canarygateway.route;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Routes by their hosts. A lookup walks over the host once, however many routes there are.
 * Immutable.
 */
final class HostIndex<T> {

  /**
   * The routes of one host.
   *
   * @param paths the routes
   * @param next the routes of the next less specific host that fits too; null if there is none
   */
  record Step<T>(PathIndex<T> paths, @Nullable Step<T> next) {}

  private final Map<String, Step<T>> exact = new HashMap<>();

  /** By what follows the star and its dot. */
  private final KeyTable<Step<T>> wildcards;

  private final @Nullable Step<T> everyHost;
  private final boolean readsHosts;

  /**
   * Creates an index.
   *
   * @param candidates all routes, most specific first as far as methods, headers and so on are
   *     concerned
   */
  HostIndex(List<Candidate<T>> candidates) {
    List<Candidate<T>> ofEveryHost = new ArrayList<>();
    Map<String, List<Candidate<T>>> byName = new LinkedHashMap<>();
    Map<String, List<Candidate<T>>> bySuffix = new LinkedHashMap<>();
    for (Candidate<T> candidate : candidates) {
      if (candidate.match().hosts().isEmpty()) {
        ofEveryHost.add(candidate);
      }
      for (String host : candidate.match().hosts()) {
        if (HostName.isWildcard(host)) {
          bySuffix.computeIfAbsent(HostName.suffix(host), key -> new ArrayList<>()).add(candidate);
        } else {
          byName.computeIfAbsent(host, key -> new ArrayList<>()).add(candidate);
        }
      }
    }
    this.readsHosts = !byName.isEmpty() || !bySuffix.isEmpty();
    this.everyHost = ofEveryHost.isEmpty() ? null : new Step<>(new PathIndex<>(ofEveryHost), null);
    this.wildcards = new KeyTable<>(bySuffix.size());
    // Short suffixes first: longer ones link to them.
    bySuffix.keySet().stream()
        .sorted(Comparator.comparingInt(String::length))
        .forEach(
            suffix -> {
              PathIndex<T> paths = new PathIndex<>(bySuffix.getOrDefault(suffix, List.of()));
              wildcards.put(suffix, hash(suffix), new Step<>(paths, longestWildcard(suffix)));
            });
    byName.forEach(
        (name, same) -> exact.put(name, new Step<>(new PathIndex<>(same), longestWildcard(name))));
  }

  /** Wildcards are looked up from the end of a host, so their hashes are computed from there. */
  private static int hash(String suffix) {
    int hash = 0;
    for (int i = suffix.length() - 1; i >= 0; i--) {
      hash = KeyTable.hash(hash, suffix.charAt(i));
    }
    return hash;
  }

  /**
   * The routes of the most specific host that fits, which link to the others.
   *
   * @param host the host as it arrived
   * @return null if there are none
   */
  @Nullable Step<T> mostSpecific(@Nullable String host) {
    String name = readsHosts ? HostName.ofRequest(host) : null;
    if (name == null) {
      return everyHost;
    }
    Step<T> same = exact.get(name);
    return same != null ? same : longestWildcard(name);
  }

  private @Nullable Step<T> longestWildcard(String name) {
    Step<T> longest = everyHost;
    int length = name.length();
    int end = Math.max(0, length - 1 - wildcards.longestKey());
    int hash = 0;
    for (int i = length - 1; i >= end; i--) {
      char c = name.charAt(i);
      if (c == '.') {
        Step<T> found = wildcards.get(name, i + 1, length, hash);
        longest = found != null ? found : longest;
      }
      hash = KeyTable.hash(hash, c);
    }
    return longest;
  }
}
