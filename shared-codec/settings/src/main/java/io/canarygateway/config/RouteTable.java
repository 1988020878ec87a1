package io.canarygateway.config;

import io.canarygateway.route.RequestView;
import io.canarygateway.route.RouteMatch;
import io.canarygateway.route.RouteMatcher;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All routes of a gateway. A change of one route keeps the objects of all others. Immutable; safe
 * for use by any thread.
 */
public final class RouteTable {

  /**
   * One route with the texts that it was made of.
   *
   * @param texts what the route sets, by the names of the top level
   */
  private record Made(Map<String, String> texts, RouteConfig config) {}

  private final Map<String, String> topLevel;
  private final Optional<RouteConfig> byDefault;
  private final SortedMap<String, Made> named;
  private final List<RouteConfig> all;

  /** The routes with a name, by their place among these. */
  private final RouteMatcher<Integer> matcher;

  private RouteTable(
      Map<String, String> topLevel,
      Optional<RouteConfig> byDefault,
      SortedMap<String, Made> named,
      @Nullable RouteTable before) {
    this.topLevel = topLevel;
    this.byDefault = byDefault;
    this.named = Collections.unmodifiableSortedMap(named);
    List<RouteConfig> routes = new ArrayList<>();
    byDefault.ifPresent(routes::add);
    named.values().forEach(made -> routes.add(made.config()));
    this.all = List.copyOf(routes);
    this.matcher =
        before != null && matches().equals(before.matches()) ? before.matcher : newMatcher();
  }

  /** The matches of all routes by name. */
  private Map<String, RouteMatch> matches() {
    Map<String, RouteMatch> matches = new HashMap<>();
    named().forEach(route -> matches.put(route.name(), route.match()));
    return matches;
  }

  private RouteMatcher<Integer> newMatcher() {
    List<RouteMatcher.Route<Integer>> routes = new ArrayList<>();
    for (RouteConfig route : named()) {
      routes.add(new RouteMatcher.Route<>(route.name(), route.match(), routes.size()));
    }
    return RouteMatcher.of(routes);
  }

  /**
   * Finds the route of a request. The default route is not among them.
   *
   * @param request the request
   * @param normalPath its path in normal form
   * @return the place of the route in {@link #named}; -1 if none matches
   */
  public int find(RequestView request, String normalPath) {
    RouteMatcher.Route<Integer> found = matcher.find(request, normalPath);
    return found == null ? -1 : found.value();
  }

  /**
   * Makes the table of valid values.
   *
   * @param values the values
   * @param before the table before a change, whose unchanged routes are kept
   */
  static RouteTable of(FlagValues values, @Nullable RouteTable before) {
    RouteTexts texts = RouteTexts.of(values);
    boolean sameTop = before != null && before.topLevel.equals(texts.topLevel());
    SortedMap<String, Made> named = new TreeMap<>();
    texts
        .named()
        .forEach(
            (name, own) -> {
              Made made = sameTop && before != null ? before.named.get(name) : null;
              named.put(
                  name,
                  made != null && made.texts().equals(own)
                      ? made
                      : new Made(
                          own,
                          RouteConfig.ofRoute(name, new FlagValues(own), texts.effective(own))));
            });
    FlagValues top = new FlagValues(texts.topLevel());
    Optional<RouteConfig> byDefault =
        sameTop && before != null
            ? before.byDefault
            : hasDefault(top) ? Optional.of(RouteConfig.ofTopLevel(top)) : Optional.empty();
    return new RouteTable(texts.topLevel(), byDefault, named, before);
  }

  private static boolean hasDefault(FlagValues top) {
    return top.get(Settings.MAIN_TARGET) != null || top.get(RouteSettings.REDIRECT) != null;
  }

  /** {@return the route of requests that no other route matches; empty if there is none} */
  public Optional<RouteConfig> byDefault() {
    return byDefault;
  }

  /** {@return all routes, the default route first, then by name} */
  public List<RouteConfig> all() {
    return all;
  }

  /** {@return the routes by name, without the default route} */
  public List<RouteConfig> named() {
    return all.subList(byDefault.isPresent() ? 1 : 0, all.size());
  }

  /**
   * Finds a route.
   *
   * @param name the route's name; empty for the default route
   * @return the route
   */
  public Optional<RouteConfig> find(String name) {
    return name.equals(RouteConfig.DEFAULT)
        ? byDefault
        : Optional.ofNullable(named.get(name)).map(Made::config);
  }

  /** Whether a route of the same texts is in this table, so that it needs no check. */
  boolean has(String name, Map<String, String> texts, Map<String, String> top) {
    Made made = named.get(name);
    return made != null && made.texts().equals(texts) && topLevel.equals(top);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RouteTable table && table.all.equals(all);
  }

  @Override
  public int hashCode() {
    return new HashMap<>(topLevel).hashCode() + all.size();
  }

  @Override
  public String toString() {
    return all.stream().map(RouteConfig::name).toList().toString();
  }
}
