package io.canarygateway.flagwatcher;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * Calls a {@link RolloutFeed}, which may be a user's own code, on a thread of its own. Used on one
 * context, on which all results arrive.
 */
final class RolloutReader {

  private final Vertx vertx;
  private final Context context;
  private final RolloutFeed feed;
  private final Runnable changed;
  private final WorkerExecutor worker;

  /** Whether the feed is open; used on the worker alone. */
  private boolean open;

  private volatile RolloutTraits traits = RolloutTraits.DEFAULT;

  /**
   * Creates a reader of a feed that is not open yet.
   *
   * @param thread the name of the thread for the calls
   * @param changed run on the context when the feed reports a change
   */
  RolloutReader(Vertx vertx, RolloutFeed feed, String thread, Runnable changed) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.feed = feed;
    this.changed = changed;
    this.worker = vertx.createSharedWorkerExecutor(thread, 1);
  }

  RolloutTraits traits() {
    return traits;
  }

  /** Opens the feed if it is not open, and reads it; completes however late the feed does. */
  Future<RolloutReading> read(Set<String> applications) {
    return worker
        .executeBlocking(() -> call(applications), false)
        .compose(stage -> Future.fromCompletionStage(stage, context));
  }

  private CompletionStage<RolloutReading> call(Set<String> applications) throws Exception {
    if (!open) {
      traits = feed.traits(traits);
      feed.open(() -> context.runOnContext(v -> changed.run()));
      open = true;
      traits = feed.traits(traits);
    }
    return Objects.requireNonNull(feed.read(applications), "no reading");
  }

  Future<Void> close() {
    return UserCode.close(vertx, feed).eventually(worker::close);
  }
}
