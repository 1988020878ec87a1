package io.canarygateway.flagwatcher;

import io.canarygateway.config.Extensions.Configured;
import io.canarygateway.extension.RolloutSource;
import io.canarygateway.extension.Rollouts;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/**
 * Calls a {@link RolloutSource}, which may be a user's own, on a thread of its own. Used on one
 * context, on which all results arrive.
 */
final class RolloutReader {

  private final Vertx vertx;
  private final Context context;
  private final RolloutSource source;
  private final String settings;
  private final Runnable changed;
  private final WorkerExecutor worker;

  /** Whether the source is open; used on the worker alone. */
  private boolean open;

  private volatile RolloutTraits traits = RolloutTraits.DEFAULT;

  /**
   * Creates a reader of a source that is not open yet.
   *
   * @param thread the name of the thread for the calls
   * @param changed run on the context when the source reports a change
   */
  RolloutReader(
      Vertx vertx, Configured<? extends RolloutSource> source, String thread, Runnable changed) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.source = source.extension();
    this.settings = source.settings();
    this.changed = changed;
    this.worker = vertx.createSharedWorkerExecutor(thread, 1);
  }

  RolloutTraits traits() {
    return traits;
  }

  /** Opens the source if it is not open, and reads it; completes however late the source does. */
  Future<Rollouts> read() {
    return worker
        .executeBlocking(this::call, false)
        .compose(stage -> Future.fromCompletionStage(stage, context))
        .map(rollouts -> Objects.requireNonNull(rollouts, "no reading"));
  }

  private CompletionStage<Rollouts> call() throws Exception {
    if (!open) {
      traits = RolloutTraits.of(source, traits);
      source.open(settings, () -> context.runOnContext(v -> changed.run()));
      open = true;
      traits = RolloutTraits.of(source, traits);
    }
    return Objects.requireNonNull(source.read(), "no reading");
  }

  Future<Void> close() {
    return UserCode.close(vertx, source).eventually(worker::close);
  }
}
