package io.canarygateway.flagwatcher;

import io.canarygateway.config.Extensions.Configured;
import io.canarygateway.extension.RolloutSource;
import io.canarygateway.extension.Rollouts;
import io.canarygateway.message.ComponentHealth.Status;
import io.canarygateway.store.Causes;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rollouts as maxwells-daemon does: the versions {@code canary} and {@code maintenance}
 * every {@code delay}. Without a good reading for {@code unhealthy}, the canary's rollout is 0; it
 * is not removed from its layer. The maintenance rollout stays as it was. The next good reading
 * heals both. A change that the source reports makes it be read at once. A call never begins before
 * the last one has ended, however long that takes. On one context.
 */
final class RolloutPoller implements Source {

  static final String CANARY_FLAG = "rollout.canary";
  static final String MAINTENANCE_FLAG = "rollout.maintenance";
  private static final Rollouts NOTHING =
      new Rollouts(OptionalDouble.empty(), OptionalDouble.empty());
  private static final long FIRST_TIMEOUT_MS = 3_500;
  private static final long CHECK_MS = 100;
  private static final String LATE = "no answer in time";

  private final Vertx vertx;
  private final Context context;
  private final Layer layer;
  private final RolloutReader reader;
  private final FlagStore store;
  private final FlagSink sink;
  private final RolloutMetrics metrics;

  /** When the canary's rollout was last read well; null if it never was. */
  private @Nullable Long goodAtNanos;

  /** Whether a call of the source has not ended yet. */
  private boolean reading;

  /** The time at which the call counts as failed; after that, as failed once more. */
  private long lateAtNanos;

  /** Whether the call has failed by its length: the values that it still brings are too old. */
  private boolean late;

  private boolean readAgain;
  private boolean started;
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
    this.reader = new RolloutReader(vertx, source, "rollouts-" + layer.label(), this::changed);
    this.store = store;
    this.sink = sink;
    this.metrics = metrics;
  }

  /** Makes the first reading; without a good one the rollout is 0. */
  @Override
  public Future<List<Change>> initialise() {
    Future<Rollouts> first = call();
    return first
        .map(this::changesUnlessLate)
        .timeout(FIRST_TIMEOUT_MS, TimeUnit.MILLISECONDS)
        .recover(
            cause -> {
              late = !first.isComplete();
              failed(late ? LATE : Causes.line(cause));
              return Future.succeededFuture(counted(NOTHING));
            });
  }

  @Override
  public Optional<RolloutOrigin> rolloutOrigin() {
    return Optional.of(new RolloutOrigin(layer, reader.traits().unhealthy()));
  }

  @Override
  public void start() {
    started = true;
    if (late && !reading) {
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

  private Future<Rollouts> call() {
    reading = true;
    late = false;
    lateAtNanos = System.nanoTime() + reader.traits().callTimeoutNanos();
    return reader.read().onComplete(done -> ended());
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
    call()
        .map(this::changesUnlessLate)
        .map(changes -> closed ? Map.of() : sink.apply(changes, false))
        .onFailure(cause -> missed(Causes.line(cause)));
  }

  private List<Change> changesUnlessLate(Rollouts read) {
    return closed || late ? List.of() : changes(read);
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
    } else if (unhealthy(now)) {
      sink.apply(counted(NOTHING), false);
    }
  }

  private void missed(String reason) {
    if (!closed) {
      failed(reason);
      sink.apply(counted(NOTHING), false);
    }
  }

  private void failed(String reason) {
    metrics.failed(); // For the version canary.
    metrics.failed(); // For the version maintenance.
    sink.status(layer, Status.DEGRADED, reason);
  }

  private List<Change> changes(Rollouts read) {
    metrics.read(read.canary());
    metrics.read(read.maintenance());
    String origin = reader.traits().origin();
    if (read.canary().isPresent()) {
      sink.synced(layer);
      sink.status(layer, Status.UP, origin);
    } else {
      sink.status(layer, Status.DEGRADED, "no rollout from 0 to 1 of version canary in " + origin);
    }
    return counted(read);
  }

  /** The changes of a reading; a canary's rollout that is missing for too long counts as 0. */
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
    return goodAtNanos == null || now - goodAtNanos >= reader.traits().unhealthy().toNanos();
  }

  private Change change(String name, double rollout, String how) {
    String text =
        Objects.requireNonNull(store.registry().byName().get(name))
            .canonical(Double.toString(rollout));
    return Change.set(layer, name, text, reader.traits().origin() + ", " + how);
  }

  @Override
  public Future<Void> close() {
    closed = true;
    return reader.close();
  }
}
