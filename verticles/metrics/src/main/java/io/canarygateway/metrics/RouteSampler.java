package io.canarygateway.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * Reads the meters of all routes every 5 s, and keeps the last 15 minutes of 512 routes at most.
 * Runs on workers, one task after the other, so the series need no locks.
 */
final class RouteSampler {

  private static final int MAX_ROUTES = 512;

  private final Vertx vertx;
  private final MeterRegistry registry;

  /** By route, then by target. */
  private final Map<String, Map<String, RouteSeries>> routes = new HashMap<>();

  private boolean hasSampled;

  private boolean sampling;

  private Runnable listener = () -> {};

  RouteSampler(Vertx vertx, MeterRegistry registry) {
    this.vertx = vertx;
    this.registry = registry;
  }

  /** Sets what runs after each step, on the context of the sampler. */
  void onSampled(Runnable newListener) {
    listener = newListener;
  }

  void start() {
    vertx.setPeriodic(
        0,
        TimeUnit.SECONDS.toMillis(RouteSeries.STEP_SECONDS),
        timer -> {
          if (!sampling) { // A slow machine skips a step rather than lining them up.
            sampling = true;
            onWorker(
                    () -> {
                      sample(System.currentTimeMillis());
                      return null;
                    })
                .onComplete(
                    done -> {
                      sampling = false;
                      listener.run();
                    });
          }
        });
  }

  private void sample(long atMillis) {
    Map<String, RouteReadings.OfRoute> now = RouteReadings.of(registry);
    routes.keySet().retainAll(now.keySet());
    new TreeMap<>(now)
        .forEach(
            (route, reading) -> {
              if (routes.containsKey(route) || routes.size() < MAX_ROUTES) {
                Map<String, RouteSeries> targets =
                    routes.computeIfAbsent(route, newRoute -> new HashMap<>());
                reading
                    .targets()
                    .forEach(
                        (target, of) ->
                            targets
                                .computeIfAbsent(target, newTarget -> new RouteSeries(hasSampled))
                                .add(of, atMillis));
              }
            });
    hasSampled = true;
  }

  /** The series of a route by target, for tasks of {@link #onWorker}. */
  Map<String, RouteSeries> series(String route) {
    return routes.getOrDefault(route, Map.of());
  }

  /** The readings now, for tasks of {@link #onWorker}. */
  Map<String, RouteReadings.OfRoute> read() {
    return RouteReadings.of(registry);
  }

  /** Runs a task that may use the series. */
  <T> Future<T> onWorker(Callable<T> task) {
    return vertx.executeBlocking(task, true);
  }
}
