package io.canarygateway.breaker;

import io.canarygateway.decision.Breaker;
import io.canarygateway.decision.Breakers;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * One breaker for each route. A breaker is made when it is first asked for; reading is lock-free.
 * Breakers of routes that were removed are kept, since their counts go on when the route is added
 * again. Of these, the ones that were removed first are dropped beyond a limit.
 *
 * @param <B> the type of the breakers
 */
final class RouteBreakers<B extends Breaker> implements Breakers {

  /** The most names of removed routes. */
  static final int MOST_GONE = 10_000;

  private final Supplier<B> maker;
  private final Map<String, B> breakers = new ConcurrentHashMap<>();

  /** The names of removed routes, those removed first at the beginning. On one context. */
  private final Set<String> gone = new LinkedHashSet<>();

  /**
   * Creates an empty collection.
   *
   * @param maker makes a breaker, on any thread
   */
  RouteBreakers(Supplier<B> maker) {
    this.maker = maker;
  }

  @Override
  public B of(String route) {
    B known = breakers.get(route);
    return known != null ? known : breakers.computeIfAbsent(route, made -> maker.get());
  }

  /**
   * Drops the breakers of routes that were removed long ago. Called on one context.
   *
   * @param routes the names of all routes that there are now
   */
  void retain(Set<String> routes) {
    gone.removeAll(routes);
    for (String route : breakers.keySet()) {
      if (!routes.contains(route)) {
        gone.add(route);
      }
    }
    Iterator<String> oldest = gone.iterator();
    while (gone.size() > MOST_GONE) {
      breakers.remove(oldest.next());
      oldest.remove();
    }
  }
}
