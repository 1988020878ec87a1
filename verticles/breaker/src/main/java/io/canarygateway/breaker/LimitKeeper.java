package io.canarygateway.breaker;

import io.canarygateway.config.RoutingConfig;
import io.vertx.core.Future;

/** Keeps the limits of one route in one process. Used on one context. */
interface LimitKeeper {

  /** Takes new settings. */
  void use(RoutingConfig routing);

  /** Completes when requests can be admitted, or when that takes too long. */
  default Future<Void> start() {
    return Future.succeededFuture();
  }

  /** Called {@link UsageRate#TICKS_PER_SECOND} times a second. */
  default void tick() {}

  /** Why the limits cannot be kept as configured; empty if they can. */
  default String trouble() {
    return "";
  }

  /** Returns what is unused. No request may be in flight any more. */
  default Future<Void> stop() {
    return Future.succeededFuture();
  }
}
