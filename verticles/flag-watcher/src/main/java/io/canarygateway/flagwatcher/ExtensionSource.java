package io.canarygateway.flagwatcher;

import io.canarygateway.config.Extensions.Configured;
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

  /** What the source has, and where it is told of what was refused. */
  private record Word(Map<String, String> texts, CompletableFuture<Map<String, String>> answer) {

    /** Answers, unless that has been done. Not on an event loop, which what follows may block. */
    void refused(Map<String, String> refused) {
      answer.completeAsync(() -> refused);
    }
  }

  /** What was brought last before the gateway ran, or null. */
  private Word first;

  /** What of that the start takes, or null. */
  private Word taken;

  private final Map<String, String> refusedAtStart = new TreeMap<>();
  private boolean running;

  /** Whether the source said how it does. */
  private boolean spoke;

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
    tell("opening");
    return open()
        .timeout(FIRST_TIMEOUT_MS, TimeUnit.MILLISECONDS)
        .otherwiseEmpty()
        .map(
            done -> {
              taken = first;
              return taken == null ? List.of() : changes(taken.texts(), false, refusedAtStart);
            });
  }

  /** Tries again only after it has failed: one that does not return is not called again. */
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
              if (!spoke) {
                tell("no values yet");
              }
            })
        .onFailure(
            cause -> {
              tell(Causes.line(cause));
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
    if (taken != null) {
      changes.stream()
          .filter(refused::containsKey)
          .forEach(change -> refusedAtStart.put(change.flag(), refused.get(change).toString()));
      taken.refused(refusedAtStart);
    }
  }

  @Override
  public void start() {
    running = true;
    if (first != taken) {
      first.refused(apply(first.texts())); // What came too late for the start.
    }
  }

  @Override
  public CompletionStage<Map<String, String>> replaceAll(Map<String, String> texts) {
    Word word = new Word(Map.copyOf(texts), new CompletableFuture<>());
    context.runOnContext(v -> hear(word));
    return word.answer();
  }

  private void hear(Word word) {
    if (closed) {
      word.refused(Map.of());
      return;
    }
    up();
    if (running) {
      word.refused(apply(word.texts()));
    } else {
      if (first != null && first != taken) {
        first.refused(Map.of()); // Nobody has looked at it.
      }
      first = word;
    }
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
    context.runOnContext(
        v -> {
          spoke = true;
          tell(Causes.line(reason));
        });
  }

  private void up() {
    spoke = true;
    sink.synced(Layer.EXTENSION);
    sink.status(Layer.EXTENSION, Status.UP, source.name());
  }

  /** Why the values of the source may be old, or not there. */
  private void tell(String reason) {
    if (!closed) {
      sink.status(Layer.EXTENSION, Status.DEGRADED, source.name() + ": " + reason);
    }
  }

  @Override
  public Future<Void> close() {
    closed = true;
    for (Word word : new Word[] {first, taken}) {
      if (word != null) {
        word.refused(Map.of());
      }
    }
    return UserCode.close(vertx, source);
  }
}
