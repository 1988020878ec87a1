package io.canarygateway.flagwatcher;

import io.canarygateway.config.Extensions.Configured;
import io.canarygateway.extension.FlagSource;
import io.canarygateway.extension.FlagUpdates;
import io.canarygateway.flags.Flag;
import io.canarygateway.flags.Problem;
import io.canarygateway.message.ComponentHealth.Status;
import io.canarygateway.store.Causes;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A user's own source of flags. On one context, except {@link #replaceAll} and {@link
 * #unreachable}, which the user's code calls on any thread.
 */
final class ExtensionSource implements Source, FlagUpdates {

  private static final long FIRST_TIMEOUT_MS = 5_000;
  private static final long RETRY_MS = 5_000;

  private final Vertx vertx;
  private final Context context;
  private final FlagSource source;
  private final String settings;
  private final FlagStore store;
  private final FlagSink sink;

  /**
   * All values of the source at one moment.
   *
   * @param texts the values by flag
   * @param answer completes with the refused flags, and why
   */
  private record Update(Map<String, String> texts, CompletableFuture<Map<String, String>> answer) {

    /**
     * Completes the answer, unless it is complete. Off the event loop, since the user's own stages
     * of the answer may block.
     */
    void answer(Map<String, String> refused) {
      answer.completeAsync(() -> refused);
    }
  }

  /** The newest update before {@link #start}; null if there is none. */
  private @Nullable Update newest;

  /** The update in the first snapshot; null if no update came in time. */
  private @Nullable Update initial;

  private final Map<String, String> initialRefusals = new TreeMap<>();
  private boolean started;

  /** Whether the source has reported its state or its values. */
  private boolean reported;

  private boolean closed;

  ExtensionSource(Vertx vertx, Configured<FlagSource> source, FlagStore store, FlagSink sink) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.source = source.extension();
    this.settings = source.settings();
    this.store = store;
    this.sink = sink;
  }

  @Override
  public Future<List<Change>> initialise() {
    degraded("opening");
    return open()
        .timeout(FIRST_TIMEOUT_MS, TimeUnit.MILLISECONDS)
        .otherwiseEmpty()
        .map(
            done -> {
              Update update = newest;
              initial = update;
              return update == null ? List.of() : changes(update.texts(), false, initialRefusals);
            });
  }

  /**
   * Opens the source, again and again if that fails. A call that does not return is not repeated.
   */
  private Future<Void> open() {
    return vertx
        .<Void>executeBlocking(
            () -> {
              source.open(settings, this);
              return null;
            },
            false)
        .onSuccess(
            done -> {
              if (!reported) {
                degraded("no values yet");
              }
            })
        .onFailure(
            cause -> {
              degraded(Causes.line(cause));
              vertx.setTimer(
                  RETRY_MS,
                  timer -> {
                    if (!closed) {
                      open();
                    }
                  });
            });
  }

  @Override
  public void initialised(List<Change> changes, Map<Change, Problem> refused) {
    if (initial != null) {
      for (Change change : changes) {
        Problem problem = refused.get(change);
        if (problem != null) {
          initialRefusals.put(change.flag(), problem.toString());
        }
      }
      initial.answer(initialRefusals);
    }
  }

  @Override
  public void start() {
    started = true;
    if (newest != null && newest != initial) {
      newest.answer(apply(newest.texts())); // This update came too late for the first snapshot.
    }
  }

  @Override
  public CompletionStage<Map<String, String>> replaceAll(Map<String, String> texts) {
    Update update = new Update(Map.copyOf(texts), new CompletableFuture<>());
    context.runOnContext(v -> receive(update));
    return update.answer();
  }

  private void receive(Update update) {
    if (closed) {
      update.answer(Map.of());
      return;
    }
    reported = true;
    sink.synced(Layer.EXTENSION);
    sink.status(Layer.EXTENSION, Status.UP, source.name());
    if (started) {
      update.answer(apply(update.texts()));
    } else {
      if (newest != null && newest != initial) {
        newest.answer(Map.of()); // This update replaces it before it was used.
      }
      newest = update;
    }
  }

  private Map<String, String> apply(Map<String, String> texts) {
    Map<String, String> refusals = new TreeMap<>();
    sink.apply(changes(texts, true, refusals), true)
        .forEach((change, problem) -> refusals.put(change.flag(), problem.toString()));
    return refusals;
  }

  /**
   * The changes that bring the layer to the source's values.
   *
   * @param running whether the gateway runs, so that static flags cannot be set any more
   * @param refusals gets the flags that cannot be set, and why
   */
  private List<Change> changes(
      Map<String, String> texts, boolean running, Map<String, String> refusals) {
    List<Change> changes = new ArrayList<>();
    texts.forEach(
        (name, text) -> {
          RawValue value = new RawValue(name, text.getBytes(StandardCharsets.UTF_8), source.name());
          RawValue.Reading reading =
              value.read(store.registry(), Layer.EXTENSION, running, Flag::canonicalFile);
          reading.change().ifPresent(changes::add);
          if (reading instanceof RawValue.Refused refused && !isUnchanged(name, text)) {
            sink.refuse(Layer.EXTENSION, refused, source.name());
            refusals.put(name, refused.problem().toString());
          }
        });
    for (String name : store.names(Layer.EXTENSION)) {
      if (!texts.containsKey(name) && !store.isStatic(name)) {
        changes.add(Change.remove(Layer.EXTENSION, name, source.name()));
      }
    }
    return changes;
  }

  /** Whether a value is set already; bringing a static flag with its old value is no fault. */
  private boolean isUnchanged(String name, String text) {
    return store.newest(Layer.EXTENSION, name).filter(text::equals).isPresent();
  }

  @Override
  public void unreachable(String reason) {
    context.runOnContext(
        v -> {
          reported = true;
          degraded(Causes.line(reason));
        });
  }

  private void degraded(String reason) {
    if (!closed) {
      sink.status(Layer.EXTENSION, Status.DEGRADED, source.name() + ": " + reason);
    }
  }

  @Override
  public Future<Void> close() {
    closed = true;
    if (newest != null) {
      newest.answer(Map.of());
    }
    if (initial != null) {
      initial.answer(Map.of());
    }
    return UserCode.close(vertx, source);
  }
}
