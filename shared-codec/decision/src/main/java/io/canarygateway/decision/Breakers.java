package io.canarygateway.decision;

/** The circuit breakers of all routes of a process. Safe for use by any thread. */
public interface Breakers {

  /**
   * The breaker of a route. A route that is removed and added again has the same one.
   *
   * @param route the route's name; empty for the default route
   * @return the breaker
   */
  Breaker of(String route);
}
