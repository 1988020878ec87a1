package io.canarygateway.release;

import io.canarygateway.config.RouteConfig;
import io.canarygateway.message.ReleaseReports;
import io.canarygateway.message.ReleaseScores;
import io.canarygateway.message.ReleaseWeights;
import io.canarygateway.store.StateKey;
import io.canarygateway.store.StateStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The releases of all routes, which come and go with the settings. On one context. */
final class Releases {

  private final ReleasesConfig config;
  private final Supplier<StateStore> opener;
  private final MeterRegistry registry;
  private final Outside outside;
  private final Map<String, Running> routes = new TreeMap<>();

  /** Releases whose settings are gone, and whose revert the store does not have yet. */
  private final List<Running> reverting = new ArrayList<>();

  /** The last writes of releases whose settings are gone. */
  private final List<Future<Void>> lastWrites = new ArrayList<>();

  private @Nullable StateStore store;
  private long droppedBefore;

  private record Running(StateKey key, RouteRelease release, ReleaseMeters meters) {

    boolean isOf(StateKey otherKey, RouteConfig route) {
      return key.equals(otherKey) && release.config().version().equals(route.release().version());
    }

    void show() {
      meters.show(
          Reports.state(release),
          Reports.step(release),
          release.inForce().map(Progress::weight).orElse(0.0),
          release.look().evidence());
    }
  }

  /**
   * No releases yet.
   *
   * @param opener opens the store, once the first release comes
   */
  Releases(
      ReleasesConfig config, Supplier<StateStore> opener, MeterRegistry registry, Outside outside) {
    this.config = config;
    this.opener = opener;
    this.registry = registry;
    this.outside = outside;
  }

  /** Takes new settings. */
  void use(List<RouteConfig> all) {
    Map<String, RouteConfig> released = new TreeMap<>();
    all.stream()
        .filter(route -> route.release().isSet())
        .forEach(route -> released.put(route.name(), route));
    List.copyOf(routes.keySet()).stream()
        .filter(
            name -> {
              RouteConfig route = released.get(name);
              return route == null || !running(name).isOf(config.key(route), route);
            })
        .forEach(this::end);
    released.values().forEach(this::use);
  }

  private Running running(String name) {
    return Objects.requireNonNull(routes.get(name));
  }

  private void end(String name) {
    Running ended = running(name);
    routes.remove(name);
    ended.meters.close();
    if (ended.release.isReverting()) {
      reverting.add(ended);
    } else {
      close(ended);
    }
  }

  /** Writes what was counted, for whoever goes on with the release. */
  private void close(Running ended) {
    droppedBefore += ended.release.scores().dropped();
    lastWrites.removeIf(Future::isComplete);
    lastWrites.add(LastWrite.of(ended.release, outside));
  }

  private void use(RouteConfig route) {
    Running known = routes.get(route.name());
    if (known != null) {
      known.release.use(route);
      return;
    }
    StateKey key = config.key(route);
    Optional<Running> before = reverting.stream().filter(each -> each.isOf(key, route)).findFirst();
    before.ifPresent(reverting::remove);
    RouteRelease release =
        before
            .map(Running::release)
            .orElseGet(() -> new RouteRelease(route, store(), key, outside));
    routes.put(route.name(), new Running(key, release, new ReleaseMeters(registry, route.name())));
    if (before.isPresent()) {
      release.use(route);
    } else {
      release.link().open();
    }
  }

  private StateStore store() {
    StateStore opened = store;
    if (opened == null) {
      opened = opener.get();
      store = opened;
    }
    return opened;
  }

  /** Whether there is a release, or one that is not written yet. */
  boolean isEmpty() {
    return routes.isEmpty() && reverting.isEmpty();
  }

  Optional<RouteRelease> find(String route) {
    return Optional.ofNullable(routes.get(route)).map(Running::release);
  }

  /** The release of a version on a route. */
  Optional<RouteRelease> find(String route, String version) {
    return find(route).filter(release -> release.config().version().equals(version));
  }

  /** Takes what an event loop of this process has sent, and owns its arrays. */
  void add(ReleaseScores scores) {
    for (ReleaseScores.OfRoute each : scores.routes()) {
      find(each.route(), each.version())
          .filter(RouteRelease::isCounting)
          .ifPresent(
              release -> {
                for (ReleaseScores.Segment segment : each.segments()) {
                  release
                      .scores()
                      .add(
                          scores.source(),
                          segment.weight(),
                          segment.size(),
                          segment.clients(),
                          segment.admittedNanos(),
                          segment.outcomes());
                }
                release.scores().watermark(scores.source(), each.watermarkNanos());
                release.canaryOpen(each.canaryOpen());
              });
    }
  }

  /** Counts and judges. Called every 25 ms. */
  void tick() {
    routes
        .values()
        .forEach(
            each -> {
              each.release.tick();
              each.show();
            });
    reverting.forEach(each -> each.release.tick());
    List<Running> written = reverting.stream().filter(each -> !each.release.isReverting()).toList();
    written.forEach(this::close);
    reverting.removeAll(written);
  }

  /** A node has joined, and needs the evidence. */
  void joined() {
    routes.values().forEach(each -> each.release.keeper().evidenceIsWanted());
  }

  /** A verdict of this node counts. */
  void decided(String route, String verdict) {
    Running running = routes.get(route);
    if (running != null) {
      running.meters.decided(verdict);
    }
  }

  /** The shares that are known now. */
  ReleaseWeights weights() {
    return new ReleaseWeights(
        routes.values().stream().flatMap(each -> Weights.of(each.release).stream()).toList());
  }

  ReleaseReports reports() {
    return new ReleaseReports(
        routes.values().stream().map(each -> Reports.of(each.release)).toList());
  }

  long dropped() {
    return droppedBefore + running().mapToLong(each -> each.release.scores().dropped()).sum();
  }

  /** The releases, by route. */
  List<RouteRelease> all() {
    return routes.values().stream().map(Running::release).toList();
  }

  /** Ends the pauses after failed writes: the process stops. */
  void hurry() {
    running().forEach(each -> each.release.keeper().hurry());
  }

  /** Whether no revert has to be written any more, and no write is in flight. */
  boolean isSettled() {
    return running().allMatch(each -> each.release.keeper().isSettled());
  }

  private Stream<Running> running() {
    return Stream.concat(routes.values().stream(), reverting.stream());
  }

  /** Writes what was counted a last time. */
  Future<?> stop() {
    running().forEach(each -> lastWrites.add(LastWrite.of(each.release, outside)));
    return Future.join(lastWrites).otherwiseEmpty().eventually(this::close);
  }

  private Future<Void> close() {
    routes.values().forEach(each -> each.meters.close());
    return store == null ? Future.succeededFuture() : store.close();
  }
}
