package io.canarygateway.config;

import io.canarygateway.route.RequestView;
import io.canarygateway.route.RouteMatcher;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All routes of a gateway. A change of one route keeps the objects of all others. Immutable; safe
 * for use by any thread.
 */
public final class RouteTable {

  /** The texts that the routes were made of. */
  private final RouteTexts texts;

  private final Optional<RouteConfig> byDefault;
  private final SortedMap<String, RouteConfig> named;
  private final List<RouteConfig> all;

  /** The routes with a name, by their place among these. */
  private final RouteMatcher<Integer> matcher;

  private RouteTable(
      RouteTexts texts,
      Optional<RouteConfig> byDefault,
      SortedMap<String, RouteConfig> named,
      @Nullable RouteTable before) {
    this.texts = texts;
    this.byDefault = byDefault;
    this.named = Collections.unmodifiableSortedMap(named);
    List<RouteConfig> routes = new ArrayList<>();
    byDefault.ifPresent(routes::add);
    routes.addAll(named.values());
    this.all = List.copyOf(routes);
    this.matcher =
        before != null && texts.matchesAsBefore(before.texts) ? before.matcher : newMatcher();
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
   * @param texts the values
   * @param before the table before a change, whose unchanged routes are kept
   */
  static RouteTable of(RouteTexts texts, @Nullable RouteTable before) {
    Unchanged unchanged = Unchanged.of(texts, before);
    SortedMap<String, RouteConfig> named = new TreeMap<>();
    texts
        .named()
        .forEach(
            (name, own) ->
                named.put(
                    name,
                    unchanged
                        .find(name, own)
                        .orElseGet(
                            () ->
                                kept(
                                    before,
                                    RouteConfig.ofRoute(
                                        name, new FlagValues(own), texts.effective(own))))));
    FlagValues top = new FlagValues(texts.topLevel());
    Optional<RouteConfig> byDefault =
        hasDefault(top) ? Optional.of(kept(before, RouteConfig.ofTopLevel(top))) : Optional.empty();
    return new RouteTable(texts, byDefault, named, before);
  }

  static RouteTable of(FlagValues values, @Nullable RouteTable before) {
    return of(RouteTexts.of(values), before);
  }

  /** Keeps the old object of a route that is the same in spite of other texts. */
  private static RouteConfig kept(@Nullable RouteTable before, RouteConfig made) {
    return before == null ? made : before.find(made.name()).filter(made::equals).orElse(made);
  }

  /** The routes of a table that a change does not concern, so that they need no check. */
  static final class Unchanged {

    private final @Nullable RouteTable table;

    /** What a route has to set itself so that the change of the top level does not concern it. */
    private final Set<String> changedTopLevel;

    private Unchanged(@Nullable RouteTable table, Set<String> changedTopLevel) {
      this.table = table;
      this.changedTopLevel = changedTopLevel;
    }

    /**
     * The routes that are as before.
     *
     * @param texts the values after a change
     * @param before the table before it; null if there is none
     */
    static Unchanged of(RouteTexts texts, @Nullable RouteTable before) {
      return new Unchanged(before, before == null ? Set.of() : texts.changedTopLevel(before.texts));
    }

    /** The route, if it is as before. */
    Optional<RouteConfig> find(String name, Map<String, String> own) {
      return table != null
              && own.equals(table.texts.named().get(name))
              && RouteTexts.covers(own, changedTopLevel)
          ? table.find(name)
          : Optional.empty();
    }

    /** Whether all routes match the same requests as before. */
    boolean allMatches(RouteTexts texts) {
      return table != null && texts.matchesAsBefore(table.texts);
    }
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
    return name.equals(RouteConfig.DEFAULT) ? byDefault : Optional.ofNullable(named.get(name));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RouteTable table && table.all.equals(all);
  }

  @Override
  public int hashCode() {
    return all.hashCode();
  }

  @Override
  public String toString() {
    return all.stream().map(RouteConfig::name).toList().toString();
  }
}
