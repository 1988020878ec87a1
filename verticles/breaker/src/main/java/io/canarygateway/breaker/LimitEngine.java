package io.canarygateway.breaker;

import io.canarygateway.decision.Breaker;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/**
 * How a process keeps the limits of its routes: by its own counts, or by leases.
 *
 * @param <B> the type of its breakers
 */
interface LimitEngine<B extends Breaker> {

  /** Makes the breaker of a route, which has counted nothing. Any thread may call it. */
  B newBreaker();

  /** Opens what all routes share, on the context of all later calls. Called once. */
  default void open(Vertx vertx) {}

  /**
   * Makes the keeper of a route's limits. At most one keeper of a breaker runs at a time.
   *
   * @param meters where the keeper registers its metrics
   */
  LimitKeeper keeper(String route, String application, B breaker, LimitMeters meters);

  /** Closes what all routes share, after all keepers have stopped. */
  default Future<Void> close() {
    return Future.succeededFuture();
  }
}
