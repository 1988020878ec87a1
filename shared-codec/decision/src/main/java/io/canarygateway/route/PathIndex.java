package io.canarygateway.route;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one host by their paths. A lookup walks over the path once, however many routes
 * there are. Immutable.
 *
 * <p>Each exact path and each prefix links to the next less specific one. So the less specific
 * routes need no further lookup.
 */
final class PathIndex<T> {

  /**
   * The routes with the same path, or all routes with a regular expression.
   *
   * @param candidates the routes, most specific first
   * @param regex whether the candidates' expressions are yet to be tried
   * @param next the next less specific routes whose path fits too; null if there are none
   */
  record Step<T>(List<Candidate<T>> candidates, boolean regex, @Nullable Step<T> next) {}

  private final Map<String, Step<T>> exact = new HashMap<>();
  private final KeyTable<Step<T>> prefixes;

  /** What fits every path: the prefix {@code /}, then the regular expressions. */
  private @Nullable Step<T> everyPath;

  /**
   * Creates an index.
   *
   * @param candidates the routes of the host, most specific first as far as methods, headers and so
   *     on are concerned
   */
  PathIndex(List<Candidate<T>> candidates) {
    Map<String, List<Candidate<T>>> byExact = new LinkedHashMap<>();
    Map<String, List<Candidate<T>>> byPrefix = new LinkedHashMap<>();
    List<Candidate<T>> regexes = new ArrayList<>();
    for (Candidate<T> candidate : candidates) {
      PathMatch path = candidate.match().path();
      if (path instanceof PathMatch.Exact same) {
        byExact.computeIfAbsent(same.path(), key -> new ArrayList<>()).add(candidate);
      } else if (path instanceof PathMatch.Prefix prefix) {
        byPrefix.computeIfAbsent(prefix.path(), key -> new ArrayList<>()).add(candidate);
      } else {
        regexes.add(candidate);
      }
    }
    this.prefixes = new KeyTable<>(byPrefix.size());
    this.everyPath = regexes.isEmpty() ? null : new Step<>(List.copyOf(regexes), true, null);
    // Short prefixes first: longer ones link to them.
    byPrefix.keySet().stream()
        .sorted(Comparator.comparingInt(String::length))
        .forEach(prefix -> addPrefix(prefix, byPrefix.getOrDefault(prefix, List.of())));
    byExact.forEach((path, same) -> exact.put(path, step(same, longestPrefix(path))));
  }

  private void addPrefix(String prefix, List<Candidate<T>> same) {
    Step<T> step = step(same, longestPrefix(prefix));
    if (prefix.equals("/")) {
      everyPath = step;
    } else {
      prefixes.put(prefix, hash(prefix), step);
    }
  }

  private static <T> Step<T> step(List<Candidate<T>> same, @Nullable Step<T> next) {
    return new Step<>(List.copyOf(same), false, next);
  }

  private static int hash(String prefix) {
    int hash = 0;
    for (int i = 0; i < prefix.length(); i++) {
      hash = KeyTable.hash(hash, prefix.charAt(i));
    }
    return hash;
  }

  /** The most specific routes whose path fits, which link to the others; null if there are none. */
  @Nullable Step<T> mostSpecific(String path) {
    Step<T> same = exact.isEmpty() ? null : exact.get(path);
    return same != null ? same : longestPrefix(path);
  }

  private @Nullable Step<T> longestPrefix(String path) {
    Step<T> longest = everyPath;
    int end = Math.min(path.length(), prefixes.longestKey());
    int hash = 0;
    for (int i = 0; i < end; i++) {
      hash = KeyTable.hash(hash, path.charAt(i));
      boolean segmentEnds = i + 1 == path.length() || path.charAt(i + 1) == '/';
      if (segmentEnds) {
        Step<T> found = prefixes.get(path, 0, i + 1, hash);
        longest = found != null ? found : longest;
      }
    }
    return longest;
  }
}
