package io.canarygateway.flagwatcher;

import io.canarygateway.extension.Extensions.Configured;
import io.canarygateway.extension.FlagSource;
import io.canarygateway.extension.FlagUpdates;
import io.canarygateway.flags.Flag;
import io.canarygateway.flags.Problem;
import io.canarygateway.message.ComponentHealth.Status;
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

/** A source of flags that a user added. On one context; its updates come from any thread. */
final class ExtensionSource implements Source, FlagUpdates {

  private static final long FIRST_TIMEOUT_MS = 5_000;
  private static final long RETRY_MS = 5_000;

  private final Vertx vertx;
  private final Context context;
  private final FlagSource source;
  private final String settings;
  private final FlagStore store;
  private final FlagSink sink;

  /** What was brought before the gateway ran; null from then on. */
  private Map<String, String> first = Map.of();

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
    return open()
        .timeout(FIRST_TIMEOUT_MS, TimeUnit.MILLISECONDS)
        .otherwiseEmpty()
        .map(done -> changes(first, false, new TreeMap<>()));
  }

  private Future<Void> open() {
    return vertx
        .<Void>executeBlocking(
            () -> {
              source.open(settings, this);
              return null;
            },
            false)
        .onFailure(
            cause -> {
              if (!closed) {
                down(Causes.line(cause));
                vertx.setTimer(RETRY_MS, timer -> open());
              }
            });
  }

  @Override
  public void start() {
    Map<String, String> brought = first;
    first = null;
    if (!brought.isEmpty()) {
      apply(brought); // What came too late for the start.
    }
  }

  @Override
  public CompletionStage<Map<String, String>> replaceAll(Map<String, String> texts) {
    Map<String, String> all = Map.copyOf(texts);
    CompletableFuture<Map<String, String>> result = new CompletableFuture<>();
    context.runOnContext(
        v -> {
          if (closed) {
            result.complete(Map.of());
          } else if (first != null) {
            first = all;
            up();
            result.complete(Map.of());
          } else {
            up();
            result.complete(apply(all));
          }
        });
    return result;
  }

  private Map<String, String> apply(Map<String, String> texts) {
    Map<String, String> refused = new TreeMap<>();
    Map<Change, Problem> unfitting = sink.apply(changes(texts, true, refused), true);
    unfitting.forEach((change, problem) -> refused.put(change.flag(), problem.toString()));
    return refused;
  }

  private List<Change> changes(
      Map<String, String> texts, boolean running, Map<String, String> refused) {
    List<Change> changes = new ArrayList<>();
    texts.forEach(
        (name, text) -> {
          RawValue value = new RawValue(name, text.getBytes(StandardCharsets.UTF_8), source.name());
          RawValue.Reading reading =
              value.read(store.registry(), Layer.EXTENSION, running, Flag::canonicalFile);
          if (reading.change() != null) {
            changes.add(reading.change());
          } else if (!isKnown(name, text)) {
            sink.refuse(Layer.EXTENSION, value, reading);
            refused.put(name, reading.problem().toString());
          }
        });
    for (String name : store.names(Layer.EXTENSION)) {
      if (!texts.containsKey(name) && store.registry().byName().get(name).dynamic()) {
        changes.add(new Change(Layer.EXTENSION, name, null, source.name()));
      }
    }
    return changes;
  }

  /** A static value that is what it was at the start is nothing to tell of. */
  private boolean isKnown(String name, String text) {
    return text.equals(store.lastWord(Layer.EXTENSION, name));
  }

  @Override
  public void unreachable(String reason) {
    context.runOnContext(v -> down(reason));
  }

  private void up() {
    sink.synced(Layer.EXTENSION);
    sink.status(Layer.EXTENSION, Status.UP, source.name());
  }

  private void down(String reason) {
    if (!closed) {
      sink.status(Layer.EXTENSION, Status.DEGRADED, source.name() + ": " + Causes.line(reason));
    }
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
