package io.canarygateway.flagwatcher;

import io.canarygateway.config.RouteConfig;
import io.canarygateway.config.Settings;
import io.canarygateway.flags.FlagException;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.RolloutReport;
import io.canarygateway.message.RouteRollouts;
import io.canarygateway.message.RouteRollouts.OfRoute;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Shares the rollouts of all routes among the nodes of a cluster. A node publishes the readings of
 * its source while it can read them. A node whose source cannot be read takes the newest readings
 * of other nodes, until they are too old. On one context.
 */
final class NodeRollouts {

  private static final long PUBLISH_MS = 1_000;
  private static final long PUBLISH_ROUTES_MS = 2_000;
  private static final long CHECK_MS = 250;
  private static final String CANARY = RolloutPoller.CANARY_FLAG;
  private static final String MAINTENANCE = RolloutPoller.MAINTENANCE_FLAG;

  private final Vertx vertx;
  private final String node;
  private final RolloutOrigin byDefault;
  private final Optional<RolloutOrigin> ofRoutes;
  private final FlagStore store;
  private final WatcherSink sink;
  private final NodeReadings readings = new NodeReadings();

  /**
   * Creates the exchange.
   *
   * @param node the id of this node
   * @param byDefault the source of the default route's rollout, which the other nodes have too
   * @param ofRoutes the source of the other routes' rollouts
   */
  NodeRollouts(
      Vertx vertx,
      String node,
      RolloutOrigin byDefault,
      Optional<RolloutOrigin> ofRoutes,
      FlagStore store,
      WatcherSink sink) {
    this.vertx = vertx;
    this.node = node;
    this.byDefault = byDefault;
    this.ofRoutes = ofRoutes;
    this.store = store;
    this.sink = sink;
  }

  Future<?> start() {
    vertx.setPeriodic(PUBLISH_MS, timer -> publish());
    vertx.setPeriodic(CHECK_MS, timer -> check());
    List<Future<?>> consumers = new ArrayList<>();
    consumers.add(
        vertx
            .eventBus()
            .<RolloutReport>consumer(Addresses.CLUSTER_ROLLOUTS, message -> receive(message.body()))
            .completion());
    ofRoutes.ifPresent(
        origin -> {
          vertx.setPeriodic(PUBLISH_ROUTES_MS, timer -> publish(origin));
          consumers.add(
              vertx
                  .eventBus()
                  .<RouteRollouts>consumer(
                      Addresses.CLUSTER_ROUTE_ROLLOUTS, message -> receive(message.body(), origin))
                  .completion());
        });
    return Future.all(consumers);
  }

  private List<RouteConfig> routes() {
    return store.current().config().routes().named();
  }

  private static String flag(String route, String key) {
    return route.isEmpty() ? key : Settings.wholeOf(route) + "." + key;
  }

  private void publish() {
    OptionalLong age = byDefault.ageNanos(Optional.empty());
    if (age.isPresent()) {
      vertx
          .eventBus()
          .publish(
              Addresses.CLUSTER_ROLLOUTS,
              new RolloutReport(
                  node,
                  byDefault.layer().label(),
                  text(byDefault, RouteConfig.DEFAULT, CANARY),
                  text(byDefault, RouteConfig.DEFAULT, MAINTENANCE),
                  TimeUnit.NANOSECONDS.toMillis(age.getAsLong())));
    }
  }

  private void publish(RolloutOrigin origin) {
    List<OfRoute> read = new ArrayList<>();
    for (RouteConfig route : routes()) {
      origin
          .ageNanos(Optional.of(route.application()))
          .ifPresent(
              age ->
                  read.add(
                      new OfRoute(
                          route.name(),
                          route.application(),
                          text(origin, route.name(), CANARY),
                          text(origin, route.name(), MAINTENANCE),
                          TimeUnit.NANOSECONDS.toMillis(age))));
    }
    if (!read.isEmpty()) {
      vertx
          .eventBus()
          .publish(
              Addresses.CLUSTER_ROUTE_ROLLOUTS,
              new RouteRollouts(node, origin.layer().label(), read));
    }
  }

  private String text(RolloutOrigin origin, String route, String key) {
    return store.entry(origin.layer(), flag(route, key)).map(Layers.Entry::text).orElse("");
  }

  private void receive(RolloutReport report) {
    if (isOfAnother(report.node(), report.source(), byDefault)) {
      receive(
          report.node(),
          new OfRoute(
              RouteConfig.DEFAULT, "", report.canary(), report.maintenance(), report.ageMillis()));
    }
  }

  private void receive(RouteRollouts rollouts, RolloutOrigin origin) {
    if (isOfAnother(rollouts.node(), rollouts.source(), origin)) {
      for (OfRoute one : rollouts.routes()) {
        boolean same =
            store
                .current()
                .config()
                .routes()
                .find(one.route())
                .filter(route -> route.application().equals(one.application()))
                .isPresent();
        if (same && !one.route().isEmpty()) {
          receive(rollouts.node(), one);
        }
      }
    }
  }

  private boolean isOfAnother(String sender, String source, RolloutOrigin origin) {
    return !sender.equals(node) && source.equals(origin.layer().label());
  }

  private void receive(String sender, OfRoute read) {
    if (read.ageMillis() < 0) {
      return;
    }
    try {
      OfRoute valid =
          new OfRoute(
              read.route(),
              read.application(),
              canonical(CANARY, read.canary()),
              canonical(MAINTENANCE, read.maintenance()),
              read.ageMillis());
      long atNanos = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(read.ageMillis());
      readings.put(new NodeReadings.Reading(sender, valid, atNanos));
    } catch (FlagException e) {
      // A node of another version, whose values are not valid here.
    }
  }

  private String canonical(String flag, String text) {
    return text.isEmpty()
        ? text
        : Objects.requireNonNull(store.registry().byName().get(flag)).canonical(text);
  }

  /**
   * Takes the newest readings while this node's source cannot be read, and drops them otherwise.
   */
  private void check() {
    List<Change> changes = new ArrayList<>();
    addChanges(byDefault, RouteConfig.DEFAULT, Optional.empty(), changes);
    ofRoutes.ifPresent(origin -> checkRoutes(origin, changes));
    if (!changes.isEmpty()) {
      sink.apply(changes, false);
    }
  }

  private void checkRoutes(RolloutOrigin origin, List<Change> changes) {
    Set<String> names = new HashSet<>(Set.of(RouteConfig.DEFAULT));
    for (RouteConfig route : routes()) {
      names.add(route.name());
      addChanges(origin, route.name(), Optional.of(route.application()), changes);
    }
    readings.retain(names);
    for (String flag : store.layer(Layer.NODES).keySet()) {
      if (!names.contains(Settings.routeOf(flag).orElse(RouteConfig.DEFAULT))) {
        changes.add(Change.remove(Layer.NODES, flag, ""));
      }
    }
  }

  /** Adds the changes of one route. */
  private void addChanges(
      RolloutOrigin origin, String route, Optional<String> application, List<Change> changes) {
    readings.forgetOld(route, origin.unhealthy(), System.nanoTime());
    boolean up = origin.ageNanos(application).isPresent();
    Optional<NodeReadings.Reading> newest =
        up ? Optional.empty() : readings.newest(route, application.orElse(""));
    String from =
        newest.map(reading -> origin.layer().label() + " of node " + reading.node()).orElse("");
    for (String key : List.of(CANARY, MAINTENANCE)) {
      String flag = flag(route, key);
      boolean covered = !up && isCovered(origin, flag);
      Optional<String> text =
          newest
              .map(reading -> reading.text(key))
              .filter(reported -> !reported.isEmpty() && !covered);
      // While no reading is known, maintenance stays as it was; a node's own source does the same.
      boolean stays = key.equals(MAINTENANCE) && !up && !covered;
      if (text.isPresent() || !stays && store.layer(Layer.NODES).containsKey(flag)) {
        changes.add(new Change(Layer.NODES, flag, text, from));
      }
    }
  }

  /**
   * Whether a layer between the source's and {@link Layer#NODES} decides about a flag. The readings
   * of other nodes must not cover that layer.
   */
  private boolean isCovered(RolloutOrigin origin, String flag) {
    return EnumSet.allOf(Layer.class).stream()
        .filter(other -> other.compareTo(origin.layer()) > 0 && other.compareTo(Layer.NODES) < 0)
        .anyMatch(other -> store.decides(other, flag));
  }
}
