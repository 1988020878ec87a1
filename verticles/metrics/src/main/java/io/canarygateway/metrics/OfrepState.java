package io.canarygateway.metrics;

import io.canarygateway.config.RouteConfig;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.BreakerTrips;
import io.canarygateway.message.ReleaseReports;
import io.canarygateway.snapshot.ConfigSnapshot;
import io.canarygateway.snapshot.SnapshotSubscription;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the settings, the circuit breakers and the releases, and makes {@link OfrepFlags} of
 * them. On one context.
 */
final class OfrepState {

  private static final Logger LOG = LoggerFactory.getLogger(OfrepState.class);

  private static final DeliveryOptions ASK =
      new DeliveryOptions().setLocalOnly(true).setSendTimeout(5_000);

  /** A release that only observes sends nobody to main. */
  private static final String OBSERVE = "observe";

  private static final String REVERTED = "reverted";

  private final Vertx vertx;
  private final BusQuestions bus;
  private final Runnable changed;
  private final DeclaredValues values = new DeclaredValues(); // On a worker, in order.

  private @Nullable ConfigSnapshot snapshot;
  private SortedMap<String, Evaluation> declared = new TreeMap<>();
  private BreakerTrips trips = BreakerTrips.NONE;
  private Set<String> reverted = Set.of();
  private @Nullable OfrepFlags flags;

  /**
   * A state without flags.
   *
   * @param changed runs when a client may get other answers than before
   */
  OfrepState(Vertx vertx, Runnable changed) {
    this.vertx = vertx;
    this.bus = new BusQuestions(vertx);
    this.changed = changed;
  }

  /** What can be evaluated; null until the first settings have come. */
  @Nullable OfrepFlags flags() {
    return flags;
  }

  /** The origins of web pages that may read flags. */
  List<String> corsOrigins() {
    return snapshot == null ? List.of() : snapshot.config().instrumentation().corsOrigins();
  }

  /** Subscribes before it asks, so that no change is missed. */
  void follow() {
    EventBus events = vertx.eventBus();
    events
        .<BreakerTrips>localConsumer(Addresses.BREAKER, message -> use(message.body()))
        .completion()
        .compose(subscribed -> events.<BreakerTrips>request(Addresses.BREAKER_GET, "", ASK))
        .onSuccess(current -> use(current.body()))
        .onFailure(none -> {}); // The process has no breaker.
    events.localConsumer(Addresses.RELEASE_WEIGHTS, message -> askReleases());
    SnapshotSubscription.start(vertx, this::read)
        .onFailure(noneYet -> {}); // A process without a flag watcher may wait for long.
  }

  /** Settings are read one after the other, so that the newest one is the last. */
  private void read(ConfigSnapshot newest) {
    vertx
        .executeBlocking(() -> values.of(newest.values()), true)
        .onSuccess(
            evaluations -> {
              snapshot = newest;
              declared = evaluations;
              update();
              askReleases();
            })
        .onFailure(cause -> LOG.error("OFREP could not read the flags", cause));
  }

  private void use(BreakerTrips current) {
    trips = current;
    update();
  }

  private void askReleases() {
    if (snapshot == null
        || snapshot.config().routes().all().stream().noneMatch(OfrepState::hasRelease)) {
      use(Set.of());
      return;
    }
    bus.<ReleaseReports>ask(Addresses.RELEASES_GET, "")
        .onSuccess(
            reports ->
                use(
                    reports.releases().stream()
                        .filter(each -> each.state().equals(REVERTED))
                        .filter(each -> !each.mode().equals(OBSERVE))
                        .map(ReleaseReports.OfRoute::route)
                        .collect(Collectors.toUnmodifiableSet())))
        .onFailure(noAnswer -> {}); // It only concerns the reason; the share is a setting.
  }

  private static boolean hasRelease(RouteConfig route) {
    return route.release().isSet();
  }

  private void use(Set<String> revertedRoutes) {
    if (!reverted.equals(revertedRoutes)) {
      reverted = revertedRoutes;
      update();
    }
  }

  private void update() {
    ConfigSnapshot current = snapshot;
    if (current == null) {
      return;
    }
    OfrepFlags before = flags;
    OfrepFlags now = OfrepFlags.of(current, declared, trips, reverted);
    flags = now;
    if (before == null || !now.sameAnswers(before)) {
      changed.run();
    }
  }
}
