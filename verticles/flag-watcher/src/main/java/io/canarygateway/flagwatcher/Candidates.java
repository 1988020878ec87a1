package io.canarygateway.flagwatcher;

import io.canarygateway.config.CheckedValues;
import io.canarygateway.config.FlagValues;
import io.canarygateway.config.GatewayConfig;
import io.canarygateway.config.Settings;
import io.canarygateway.config.WholeRoute;
import io.canarygateway.flagwatcher.Layers.Entry;
import io.canarygateway.message.ReleaseWeights;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the values that may become the next snapshot. Some layers depend on the values of others:
 * they change in the same snapshot as what they depend on. On one context.
 */
final class Candidates {

  /**
   * Values that may become the next snapshot.
   *
   * @param changes the changes that make them, those of dependent layers included
   */
  record Candidate(List<Change> changes, CheckedValues checked) {}

  private final Layers layers;
  private final ReleaseShares releases;

  /** The source that has values for each route. */
  private RouteValues routeValues = RouteValues.NONE;

  Candidates(Layers layers, ReleaseShares releases) {
    this.layers = layers;
    this.releases = releases;
  }

  void setRouteValues(RouteValues source) {
    routeValues = source;
  }

  /** Takes the shares that releases have decided; the next candidate has them. */
  void decided(ReleaseWeights weights) {
    releases.decided(weights);
  }

  /**
   * The values after some changes.
   *
   * @param before the settings in force; null for the first snapshot
   */
  Candidate of(List<Change> accepted, @Nullable GatewayConfig before) {
    FlagValues values = layers.inForceAfter(accepted);
    List<Change> changes = new ArrayList<>(accepted);
    for (String route : routesOf(accepted)) {
      addRouteValues(route, values.texts(), changes);
    }
    if (changes.size() > accepted.size()) {
      values = layers.inForceAfter(changes);
    }
    List<Change> ofReleases = releases.changes(layers, changes, values);
    if (!ofReleases.isEmpty()) {
      changes.addAll(ofReleases);
      values = layers.inForceAfter(changes);
    }
    return new Candidate(List.copyOf(changes), CheckedValues.of(values, before));
  }

  private void addRouteValues(String route, Map<String, String> texts, List<Change> changes) {
    boolean exists = texts.containsKey(Settings.matchOf(route));
    Optional<String> application =
        exists
            ? Optional.of(texts.getOrDefault(Settings.applicationOf(route), route))
            : Optional.empty();
    for (Change change : routeValues.changes(route, application)) {
      Optional<String> now = layers.entry(change.layer(), change.flag()).map(Entry::text);
      if (!now.equals(change.text())) {
        changes.add(change);
      }
    }
  }

  /** The routes that changes may add or remove, or whose application they may change. */
  private static Set<String> routesOf(List<Change> changes) {
    Set<String> routes = new LinkedHashSet<>();
    for (Change change : changes) {
      String flag = change.flag();
      Settings.routeOf(flag)
          .filter(
              route ->
                  WholeRoute.isName(flag)
                      || flag.equals(Settings.matchOf(route))
                      || flag.equals(Settings.applicationOf(route)))
          .ifPresent(routes::add);
    }
    return routes;
  }
}
