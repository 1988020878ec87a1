package io.canarygateway.flagwatcher;

import io.canarygateway.config.Extensions.Configured;
import io.canarygateway.extension.RolloutSource;
import io.canarygateway.extension.Rollouts;
import io.canarygateway.flags.Flag;
import io.canarygateway.message.ComponentHealth.Status;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * Reads rollouts as maxwells-daemon does: both every {@code delay}. A version without a good
 * reading for {@code unhealthy} is unhealthy: its rollout counts as 0, not as removed, until a good
 * reading heals it. The maintenance rollout stays as it was. Where the source tells of changes it
 * is read at once; the reading itself stays the truth. The source is called on a thread of its own,
 * and not again before the last call has ended, however long that takes. On one context.
 */
final class RolloutPoller implements Source {

  static final String CANARY_FLAG = "rollout.canary";
  static final String MAINTENANCE_FLAG = "rollout.maintenance";
  private static final Rollouts NOTHING =
      new Rollouts(OptionalDouble.empty(), OptionalDouble.empty());
  private static final long FIRST_TIMEOUT_MS = 3_500;
  private static final long CHECK_MS = 100;
  private static final long MIN_DELAY_MS = 100;
  private static final String LATE = "no answer in time";

  private final Vertx vertx;
  private final Context context;
  private final Layer layer;
  private final RolloutSource source;
  private final String settings;
  private final FlagStore store;
  private final FlagSink sink;
  private final RolloutMetrics metrics;
  private final WorkerExecutor worker;

  /** Whether the source is open; used on the worker alone. */
  private boolean open;

  /** What the source says of itself. */
  private volatile Facts facts;

  /** When the canary's rollout was last read well; null if never. */
  private Long goodAtNanos;

  /** Whether a call of the source has not ended yet. */
  private boolean reading;

  /** When that call is a failure, or the next one. */
  private long lateAtNanos;

  /** Whether that call took too long, so that what it brings is too old. */
  private boolean late;

  private boolean readAgain;
  private boolean started;
  private boolean closed;

  /**
   * What a source says of itself.
   *
   * @param delayMs the time between two readings
   * @param unhealthy how old a reading may be
   */
  private record Facts(String origin, long delayMs, Duration unhealthy) {

    private static final Facts UNKNOWN = new Facts("", 4_000, Duration.ofSeconds(8));

    /** What it says now; what it said before if it cannot. */
    static Facts of(RolloutSource source, Facts before) {
      try {
        return new Facts(
            Objects.requireNonNull(source.origin()),
            Math.max(MIN_DELAY_MS, source.delay().toMillis()),
            Duration.ofNanos(source.unhealthy().toNanos())); // Not too long to be counted.
      } catch (RuntimeException e) {
        return before;
      }
    }

    /** How long a call may take. */
    long lateNanos() {
      return Math.max(TimeUnit.MILLISECONDS.toNanos(FIRST_TIMEOUT_MS), unhealthy.toNanos());
    }
  }

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
    this.worker = vertx.createSharedWorkerExecutor("rollouts-" + layer.label(), 1);
    this.facts = Facts.UNKNOWN;
  }

  /** Makes a first reading; without a good one the rollout is 0. */
  @Override
  public Future<List<Change>> initialise() {
    Future<Rollouts> first = ask();
    return first
        .map(this::changesOnTime)
        .timeout(FIRST_TIMEOUT_MS, TimeUnit.MILLISECONDS)
        .recover(
            cause -> {
              late = !first.isComplete();
              failed(late ? LATE : Causes.line(cause));
              return Future.succeededFuture(counted(NOTHING));
            });
  }

  @Override
  public Optional<RolloutOrigin> rollouts() {
    return Optional.of(new RolloutOrigin(layer, facts.unhealthy()));
  }

  @Override
  public void start() {
    started = true;
    if (late && !reading) {
      read();
    }
    later();
    // Besides, since an answer may take longer to fail than a reading may be old.
    vertx.setPeriodic(CHECK_MS, timer -> check());
  }

  private void later() {
    vertx.setTimer(
        facts.delayMs(),
        timer -> {
          if (!closed) {
            if (!reading) {
              read();
            }
            later();
          }
        });
  }

  /** Opens the source if need be, and reads it; ends when the source does. */
  private Future<Rollouts> ask() {
    reading = true;
    late = false;
    lateAtNanos = System.nanoTime() + facts.lateNanos();
    return worker
        .executeBlocking(this::call, false)
        .compose(stage -> Future.fromCompletionStage(stage, context))
        .map(rollouts -> Objects.requireNonNull(rollouts, "no reading"))
        .onComplete(done -> ended());
  }

  /** On the worker. */
  private CompletionStage<Rollouts> call() throws Exception {
    if (!open) {
      facts = Facts.of(source, facts);
      source.open(settings, () -> context.runOnContext(v -> changed()));
      open = true;
      facts = Facts.of(source, facts);
    }
    return Objects.requireNonNull(source.read(), "no reading");
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
    ask()
        .map(this::changesOnTime)
        .map(changes -> closed ? null : sink.apply(changes, false))
        .onFailure(cause -> missed(Causes.line(cause)));
  }

  /** What a call brought, unless it took so long that it has failed already. */
  private List<Change> changesOnTime(Rollouts read) {
    return closed || late ? List.of() : changes(read);
  }

  /** Asked again meanwhile, or too late to count: reads once more. */
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
      lateAtNanos = now + TimeUnit.MILLISECONDS.toNanos(facts.delayMs());
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

  /** Neither rollout was read. */
  private void failed(String reason) {
    metrics.failed();
    metrics.failed();
    sink.status(layer, Status.DEGRADED, reason);
  }

  private List<Change> changes(Rollouts read) {
    metrics.read(read.canary());
    metrics.read(read.maintenance());
    if (read.canary().isPresent()) {
      sink.synced(layer);
      sink.status(layer, Status.UP, facts.origin());
    } else {
      sink.status(
          layer, Status.DEGRADED, "no rollout from 0 to 1 of version canary in " + facts.origin());
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
    return goodAtNanos == null || now - goodAtNanos >= facts.unhealthy().toNanos();
  }

  private Change change(String name, double rollout, String how) {
    Flag<?> flag = store.registry().byName().get(name);
    return new Change(
        layer, name, flag.canonical(Double.toString(rollout)), facts.origin() + ", " + how);
  }

  @Override
  public Future<Void> close() {
    closed = true;
    return UserCode.close(vertx, source).eventually(worker::close);
  }
}
