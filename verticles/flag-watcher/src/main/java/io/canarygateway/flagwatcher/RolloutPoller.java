package io.canarygateway.flagwatcher;

import io.canarygateway.extension.Extensions.Configured;
import io.canarygateway.extension.RolloutSource;
import io.canarygateway.extension.Rollouts;
import io.canarygateway.flags.Flag;
import io.canarygateway.message.ComponentHealth.Status;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;

/**
 * Reads rollouts as maxwells-daemon does: both every {@code delay}. A version without a good
 * reading for {@code unhealthy} is unhealthy: its rollout counts as 0, not as removed, until a good
 * reading heals it. The maintenance rollout stays as it was. Where the source tells of changes it
 * is read at once; the reading itself stays the truth. On one context.
 */
final class RolloutPoller implements Source {

  private static final String CANARY_FLAG = "rollout.canary";
  private static final String MAINTENANCE_FLAG = "rollout.maintenance";
  private static final Rollouts NOTHING =
      new Rollouts(OptionalDouble.empty(), OptionalDouble.empty());
  private static final long FIRST_TIMEOUT_MS = 3_500;
  private static final long CHECK_MS = 100;

  private final Vertx vertx;
  private final Context context;
  private final Layer layer;
  private final RolloutSource source;
  private final String settings;
  private final FlagStore store;
  private final FlagSink sink;
  private final RolloutMetrics metrics;
  private boolean open;

  /** When the canary's rollout was last read well; null if never. */
  private Long goodAtNanos;

  private boolean reading;
  private boolean readAgain;
  private boolean closed;

  RolloutPoller(
      Vertx vertx,
      Layer layer,
      Configured<? extends RolloutSource> source,
      FlagStore store,
      FlagSink sink,
      RolloutMetrics metrics) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.layer = layer;
    this.source = source.extension();
    this.settings = source.settings();
    this.store = store;
    this.sink = sink;
    this.metrics = metrics;
  }

  /** Makes a first reading; without a good one the rollout is 0. */
  @Override
  public Future<List<Change>> initialise() {
    reading = true;
    Future<Rollouts> first = ask();
    first.onComplete(done -> readDone());
    return first
        .timeout(FIRST_TIMEOUT_MS, TimeUnit.MILLISECONDS)
        .map(this::changes)
        .recover(
            cause -> {
              metrics.failed();
              metrics.failed();
              down(cause);
              return Future.succeededFuture(counted(NOTHING));
            });
  }

  @Override
  public Optional<RolloutOrigin> rollouts() {
    return Optional.of(new RolloutOrigin(layer, source.unhealthy()));
  }

  @Override
  public void start() {
    vertx.setPeriodic(source.delay().toMillis(), timer -> read());
    // Besides, since an answer may take longer to fail than a reading may be old.
    vertx.setPeriodic(CHECK_MS, timer -> check());
  }

  /** Opens the source if need be, and reads it. */
  private Future<Rollouts> ask() {
    Future<Void> opened =
        open
            ? Future.succeededFuture()
            : vertx
                .<Void>executeBlocking(
                    () -> {
                      source.open(settings, () -> context.runOnContext(v -> changed()));
                      return null;
                    },
                    false)
                .onSuccess(done -> open = true);
    return opened
        .compose(v -> vertx.executeBlocking(source::read, false))
        .compose(stage -> Future.fromCompletionStage(stage, context))
        .timeout(Math.max(FIRST_TIMEOUT_MS, source.unhealthy().toMillis()), TimeUnit.MILLISECONDS);
  }

  private void changed() {
    if (store.current() != null) {
      read();
    }
  }

  /** Reads now; asked again meanwhile, once more afterwards. */
  private void read() {
    if (closed) {
      return;
    }
    if (reading) {
      readAgain = true;
      return;
    }
    reading = true;
    ask()
        .onSuccess(
            rollouts -> {
              if (!closed) {
                sink.apply(changes(rollouts), false);
              }
            })
        .onFailure(this::missed)
        .onComplete(done -> readDone());
  }

  private void readDone() {
    reading = false;
    if (readAgain) {
      readAgain = false;
      read();
    }
  }

  private void check() {
    if (!closed && unhealthy(System.nanoTime())) {
      sink.apply(counted(NOTHING), false);
    }
  }

  private void missed(Throwable cause) {
    if (!closed) {
      metrics.failed();
      metrics.failed();
      sink.apply(counted(NOTHING), false);
      down(cause);
    }
  }

  private List<Change> changes(Rollouts read) {
    metrics.read(read.canary());
    metrics.read(read.maintenance());
    if (read.canary().isPresent()) {
      sink.synced(layer);
      sink.status(layer, Status.UP, source.origin());
    } else {
      sink.status(
          layer, Status.DEGRADED, "no rollout from 0 to 1 of version canary in " + source.origin());
    }
    return counted(read);
  }

  /** What a reading changes; what is missing in it for too long counts as 0. */
  private List<Change> counted(Rollouts read) {
    long now = System.nanoTime();
    List<Change> changes = new ArrayList<>();
    if (read.canary().isPresent()) {
      goodAtNanos = now;
      changes.add(change(CANARY_FLAG, read.canary().getAsDouble(), "read"));
    } else if (unhealthy(now)) {
      changes.add(change(CANARY_FLAG, 0, "unhealthy"));
    }
    if (read.maintenance().isPresent()) {
      changes.add(change(MAINTENANCE_FLAG, read.maintenance().getAsDouble(), "read"));
    }
    return changes;
  }

  private boolean unhealthy(long now) {
    return goodAtNanos == null || now - goodAtNanos >= source.unhealthy().toNanos();
  }

  private Change change(String name, double rollout, String how) {
    Flag<?> flag = store.registry().byName().get(name);
    return new Change(
        layer, name, flag.canonical(Double.toString(rollout)), source.origin() + ", " + how);
  }

  private void down(Throwable cause) {
    sink.status(layer, Status.DEGRADED, Causes.line(cause));
  }

  @Override
  public Future<Void> close() {
    closed = true;
    return vertx.executeBlocking(
        () -> {
          source.close();
          return null;
        },
        false);
  }
}
