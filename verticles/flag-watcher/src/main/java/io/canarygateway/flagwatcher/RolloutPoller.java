package io.canarygateway.flagwatcher;

import io.canarygateway.config.ConfigException;
import io.canarygateway.config.FlagValues;
import io.canarygateway.config.GatewayConfig;
import io.canarygateway.config.RouteConfig;
import io.canarygateway.config.Settings;
import io.canarygateway.extension.Rollouts;
import io.canarygateway.flags.Flag;
import io.canarygateway.message.ComponentHealth.Status;
import io.canarygateway.store.Causes;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rollouts as maxwells-daemon does: the versions {@code canary} and {@code maintenance}
 * every {@code delay}, of the default route's application and of those of all routes. Without a
 * good reading for {@code unhealthy}, a canary's rollout is 0; it is not removed from its layer. A
 * maintenance rollout stays as it was. The next good reading heals both. A change that the feed
 * reports makes it be read at once, and so does a new application. A call never begins before the
 * last one has ended, however long that takes. On one context.
 */
final class RolloutPoller implements Source, RouteValues, RolloutOrigin {

  static final String CANARY_FLAG = "rollout.canary";
  static final String MAINTENANCE_FLAG = "rollout.maintenance";
  static final String LATE = "no answer in time";
  private static final String TOP_LEVEL = "";
  private static final long FIRST_TIMEOUT_MS = 3_500;
  private static final long CHECK_MS = 100;

  private final Vertx vertx;
  private final Context context;
  private final Layer layer;
  private final RolloutFeed feed;
  private final RolloutReader reader;
  private final RolloutReadings readings;
  private final FlagStore store;
  private final FlagSink sink;
  private final RolloutMetrics metrics;

  /** What the last call asked for. */
  private RolloutNeeds asked = RolloutNeeds.NONE;

  /** Whether a call of the feed has not ended yet. */
  private boolean reading;

  /** The time at which the call counts as failed; after that, as failed once more. */
  private long lateAtNanos;

  /** Whether the call has failed by its length: the values that it still brings are too old. */
  private boolean late;

  private boolean readAgain;

  /** Whether a route may have come whose application was never asked for. */
  private boolean newApplication;

  private boolean started;
  private boolean closed;

  RolloutPoller(
      Vertx vertx,
      Layer layer,
      RolloutFeed feed,
      FlagStore store,
      FlagSink sink,
      RolloutMetrics metrics) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.layer = layer;
    this.feed = feed;
    this.reader = new RolloutReader(vertx, feed, "rollouts-" + layer.label(), this::changed);
    this.readings =
        new RolloutReadings(
            layer, flag(store, CANARY_FLAG), flag(store, MAINTENANCE_FLAG), System::nanoTime);
    this.store = store;
    this.sink = sink;
    this.metrics = metrics;
  }

  private static Flag<?> flag(FlagStore store, String name) {
    return Objects.requireNonNull(store.registry().byName().get(name));
  }

  @Override
  public Future<List<Change>> initialise() {
    return initialise(List.of());
  }

  /** Makes the first reading; without a good one the rollout is 0. */
  @Override
  public Future<List<Change>> initialise(List<Change> lower) {
    Future<RolloutReading> first = call(needs(store.preview(lower)));
    return first
        .map(this::takeUnlessLate)
        .timeout(FIRST_TIMEOUT_MS, TimeUnit.MILLISECONDS)
        .otherwise(
            cause -> {
              late = !first.isComplete();
              failed(late ? LATE : Causes.line(cause));
              return false;
            })
        .map(taken -> changesOfTopLevel());
  }

  private RolloutNeeds needs(FlagValues values) {
    try {
      return RolloutNeeds.of(feed, GatewayConfig.of(values));
    } catch (ConfigException e) {
      return RolloutNeeds.of(feed, values); // The start reports what does not fit.
    }
  }

  @Override
  public Optional<RolloutOrigin> rolloutOrigin() {
    return Optional.of(this);
  }

  @Override
  public Layer layer() {
    return layer;
  }

  @Override
  public Duration unhealthy() {
    return reader.traits().unhealthy();
  }

  @Override
  public boolean knowsRoutes() {
    return feed.knowsRoutes();
  }

  @Override
  public OptionalLong ageNanos(Optional<String> application) {
    return readings.ageNanos(application.orElse(feed.application()));
  }

  @Override
  public void start() {
    started = true;
    if (!reading && (late || hasNewApplication())) {
      read();
    }
    readLater();
    // Besides the readings, since a call may take longer to fail than a reading counts.
    vertx.setPeriodic(CHECK_MS, timer -> check());
  }

  private void readLater() {
    vertx.setTimer(
        reader.traits().delayMs(),
        timer -> {
          if (!closed) {
            if (!reading) {
              read();
            }
            readLater();
          }
        });
  }

  private Future<RolloutReading> call(RolloutNeeds needs) {
    reading = true;
    late = false;
    lateAtNanos = System.nanoTime() + reader.traits().callTimeoutNanos();
    asked = needs;
    readings.asked(needs.applications(), unhealthy());
    return reader.read(needs.applications()).onComplete(done -> ended());
  }

  private void changed() {
    if (reading) {
      readAgain = true;
    } else {
      read();
    }
  }

  private void read() {
    if (closed || !started) {
      return;
    }
    call(RolloutNeeds.of(feed, store.current().config()))
        .map(this::takeUnlessLate)
        .map(taken -> taken ? sink.apply(changesInForce(), false) : Map.of())
        .onFailure(cause -> missed(Causes.line(cause)));
  }

  private List<RouteConfig> routesInForce() {
    return feed.knowsRoutes() ? store.current().config().routes().named() : List.of();
  }

  private boolean hasNewApplication() {
    return routesInForce().stream().anyMatch(route -> !readings.knows(route.application()));
  }

  private boolean takeUnlessLate(RolloutReading read) {
    if (closed || late) {
      return false;
    }
    take(read);
    return true;
  }

  /** Reads once more if a change was reported during the call, or if the call was late. */
  private void ended() {
    reading = false;
    if (readAgain || late) {
      readAgain = false;
      context.runOnContext(
          v -> {
            if (!reading) {
              read();
            }
          });
    }
  }

  private void check() {
    long now = System.nanoTime();
    if (closed) {
      return;
    }
    if (reading && now - lateAtNanos >= 0) {
      late = true;
      lateAtNanos = now + TimeUnit.MILLISECONDS.toNanos(reader.traits().delayMs());
      missed(LATE);
    } else if (readings.expire()) {
      sink.apply(changesInForce(), false);
    }
  }

  private void missed(String reason) {
    if (!closed) {
      failed(reason);
      sink.apply(changesInForce(), false);
    }
  }

  private void failed(String reason) {
    asked.applications().forEach(application -> count(null));
    readings.missed(asked.applications());
    sink.status(layer, Status.DEGRADED, reason);
  }

  /** Counts the reading of both versions of an application; null if it could not be read. */
  private void count(@Nullable Rollouts read) {
    metrics.read(read == null ? OptionalDouble.empty() : read.canary());
    metrics.read(read == null ? OptionalDouble.empty() : read.maintenance());
  }

  private void take(RolloutReading read) {
    List<String> without = new ArrayList<>();
    for (String application : asked.applications()) {
      Rollouts rollouts = read.rollouts().get(application);
      readings.read(application, rollouts);
      count(rollouts);
      boolean missing = rollouts == null || rollouts.canary().isEmpty();
      if (missing && asked.required().contains(application)) {
        without.add(application);
      }
    }
    if (read.failure().isPresent()) {
      sink.status(layer, Status.DEGRADED, read.failure().get());
    } else if (without.isEmpty()) {
      sink.synced(layer);
      sink.status(layer, Status.UP, place().ofAll(asked));
    } else {
      sink.status(
          layer,
          Status.DEGRADED,
          "no rollout from 0 to 1 of version canary in " + place().of(without));
    }
  }

  private RolloutPlace place() {
    return RolloutPlace.of(feed, reader.traits());
  }

  /** The changes that give each route the rollouts that were read. */
  private List<Change> changesInForce() {
    List<Change> changes = new ArrayList<>(changesOfTopLevel());
    for (RouteConfig route : routesInForce()) {
      changes.addAll(changesOf(route.name(), route.application()));
    }
    return changes;
  }

  private List<Change> changesOfTopLevel() {
    return readings.changes(TOP_LEVEL, feed.application(), place().of(feed.application()));
  }

  private List<Change> changesOf(String route, String application) {
    return readings.changes(Settings.wholeOf(route) + ".", application, place().of(application));
  }

  /**
   * The rollouts of a route that is new or that has another application. They are 0 until the
   * application has been read, so that the route never has the rollout of the top level.
   */
  @Override
  public List<Change> changes(String route, Optional<String> application) {
    if (application.isPresent()) {
      if (!newApplication && !readings.knows(application.get())) {
        newApplication = true;
        context.runOnContext(v -> readIfNew());
      }
      return changesOf(route, application.get());
    }
    List<Change> changes = new ArrayList<>();
    for (Layer each : List.of(layer, Layer.NODES)) {
      for (String flag : List.of(CANARY_FLAG, MAINTENANCE_FLAG)) {
        changes.add(Change.remove(each, Settings.wholeOf(route) + "." + flag, ""));
      }
    }
    return changes;
  }

  private void readIfNew() {
    newApplication = false;
    if (started && !closed && hasNewApplication()) {
      changed();
    }
  }

  @Override
  public Future<Void> close() {
    closed = true;
    return reader.close();
  }
}
