package io.canarygateway.proxy;

import io.canarygateway.config.RouteConfig;
import io.canarygateway.decision.Breaker;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.ReleaseScores;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The scores of all releases on one event loop. While a route has a release, they are published
 * every 25 ms as one message, also if there are none: the message then says that nothing older will
 * come. Confined to that event loop.
 */
final class ReleaseScorer {

  private static final long PERIOD_MS = 25;
  private static final long NO_TIMER = -1;
  private static final AtomicInteger SCORERS = new AtomicInteger();

  private final Vertx vertx;
  private final String source = "proxy-" + SCORERS.incrementAndGet();
  private final Map<String, ReleaseQueue> queues = new LinkedHashMap<>();
  private final Map<String, ReleasePlan> plans = new HashMap<>();
  private long timer = NO_TIMER;
  private boolean closed;

  ReleaseScorer(Vertx vertx) {
    this.vertx = vertx;
  }

  /**
   * Follows the settings of a route. Requests that are in flight keep their place while the version
   * stays; those of an older version do not count any more.
   *
   * @return the scoring of requests that begin from now on; null if they are not scored
   */
  @Nullable ReleasePlan follow(RouteConfig route, RouteMeters meters, Breaker breaker) {
    if (!route.release().isSet()) {
      end(route.name());
      return null;
    }
    String version = route.release().version();
    ReleaseQueue queue = queues.get(route.name());
    if (queue == null || !queue.version().equals(version)) {
      queue = new ReleaseQueue(route.name(), version);
      queues.put(route.name(), queue);
      begin();
    }
    if (!ReleasePlan.scores(route)) {
      queue.endRun();
      plans.remove(route.name());
      return null;
    }
    ReleasePlan plan = ReleasePlan.of(route, queue, meters.unscored(), breaker);
    plans.put(route.name(), plan);
    return plan;
  }

  /** Forgets the release of a route, if it has one. */
  void end(String route) {
    queues.remove(route);
    plans.remove(route);
    if (queues.isEmpty()) {
      stop();
    }
  }

  /** Publishes the last scores. What is still in flight is not scored. */
  void close() {
    if (!queues.isEmpty()) {
      publish();
    }
    closed = true;
    stop();
  }

  private void begin() {
    if (timer == NO_TIMER && !closed) {
      timer = vertx.setPeriodic(PERIOD_MS, id -> publish());
    }
  }

  private void stop() {
    if (timer != NO_TIMER) {
      vertx.cancelTimer(timer);
      timer = NO_TIMER;
    }
  }

  private void publish() {
    long now = System.nanoTime();
    List<ReleaseScores.OfRoute> routes = new ArrayList<>(queues.size());
    queues.forEach(
        (route, queue) -> {
          ReleasePlan plan = plans.get(route);
          routes.add(queue.take(now, plan == null || !plan.isCanaryClosed()));
        });
    vertx
        .eventBus()
        .publish(
            Addresses.RELEASE_SCORES, new ReleaseScores(source, routes), Addresses.WITHIN_PROCESS);
  }
}
