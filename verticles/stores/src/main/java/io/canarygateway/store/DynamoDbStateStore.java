package io.canarygateway.store;

import io.canarygateway.config.DynamoDbConfig;
import io.canarygateway.message.Addresses;
import io.canarygateway.store.WriteResult.Conflict;
import io.canarygateway.store.WriteResult.Written;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/**
 * States in maxwells-daemon's table, one item each. Watches read each second, and at once when
 * another node publishes on the event bus that it has written.
 */
final class DynamoDbStateStore implements StateStore {

  /** The time between two reads of a watch. */
  static final long POLL_MS = 1_000;

  private final Vertx vertx;
  private final Context context;
  private final DynamoDbConfig config;
  private final long pollMs;
  private final Calls calls;
  private final Map<PollingWatch, StateKey> watches = new LinkedHashMap<>();
  private @Nullable MessageConsumer<Object> hints;
  private @Nullable Future<DynamoDbClients> clients;
  private @Nullable Future<Void> closing;

  /** Opens the store on the current context; nothing is sent yet. */
  DynamoDbStateStore(Vertx vertx, DynamoDbConfig config, long pollMs) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.config = config;
    this.pollMs = pollMs;
    this.calls = new Calls(vertx, DynamoDbClients::reason);
  }

  @Override
  public String engine() {
    return "dynamodb";
  }

  @Override
  public Future<State> read(StateKey key) {
    return calls.run(deadline -> get(key));
  }

  private Future<State> get(StateKey key) {
    return call(table -> table.getItem(StateItems.get(config.table(), key)))
        .compose(found -> parsed(() -> StateItems.of(found.item())));
  }

  @Override
  public Future<WriteResult> compareAndSet(StateKey key, Revision expected, String text) {
    return calls.run(
        deadline -> {
          byte[] bytes = StateText.encode(text);
          String token = StateFile.newToken();
          return this.<WriteResult>call(
                  table ->
                      table
                          .putItem(StateItems.put(config.table(), key, expected, token, bytes))
                          .thenApply(put -> new Written(new Revision(token))))
              .recover(
                  cause ->
                      Causes.root(cause) instanceof ConditionalCheckFailedException refused
                          ? refused(key, token, refused)
                          : Future.failedFuture(cause))
              .onSuccess(result -> publish(key, result));
        });
  }

  /**
   * The condition was false. If the answer to an earlier try was lost, that try may have written
   * the item, so that only this one was refused.
   */
  private Future<WriteResult> refused(
      StateKey key, String token, ConditionalCheckFailedException refused) {
    Future<State> current =
        refused.hasItem() ? parsed(() -> StateItems.of(refused.item())) : get(key);
    return current.compose(
        state -> {
          if (state.revision().token().equals(token)) {
            return Future.succeededFuture(new Written(state.revision()));
          }
          Integer tries = refused.numAttempts();
          return tries != null && tries > 1
              ? Future.failedFuture(
                  new StoreException("another write came between two tries of this one", refused))
              : Future.succeededFuture(new Conflict(state));
        });
  }

  private void publish(StateKey key, WriteResult result) {
    PollingWatch.written(watches, key);
    if (result instanceof Written && !calls.isClosed()) {
      vertx.eventBus().publish(Addresses.CLUSTER_STATE, hint(key));
    }
  }

  private static String hint(StateKey key) {
    return key.application() + "\n" + key.version();
  }

  @Override
  public Watch watch(StateKey key, Watcher watcher) {
    if (calls.isClosed()) {
      return () -> {};
    }
    if (hints == null) {
      hints = vertx.eventBus().consumer(Addresses.CLUSTER_STATE, this::hinted);
    }
    PollingWatch watch = new PollingWatch(vertx, pollMs, () -> read(key), watcher, watches::remove);
    watches.put(watch, key);
    return watch;
  }

  private void hinted(Message<Object> message) {
    Object hint = message.body();
    // Off the context of the message, so that watchers are called on that of the store.
    context.runOnContext(
        v ->
            List.copyOf(watches.entrySet())
                .forEach(
                    entry -> {
                      if (hint(entry.getValue()).equals(hint)) {
                        entry.getKey().hint();
                      }
                    }));
  }

  private <T> Future<T> call(Function<DynamoDbAsyncClient, CompletionStage<T>> call) {
    return clients()
        .compose(open -> DynamoDbClients.call(vertx, context, () -> call.apply(open.table())));
  }

  private Future<DynamoDbClients> clients() {
    Future<DynamoDbClients> opening = clients;
    if (opening == null || opening.failed()) {
      opening = vertx.executeBlocking(() -> DynamoDbClients.open(config), false);
      clients = opening;
    }
    return opening;
  }

  private static <T> Future<T> parsed(Callable<T> parser) {
    try {
      return Future.succeededFuture(parser.call());
    } catch (Exception e) {
      return Future.failedFuture(e);
    }
  }

  @Override
  public Future<Void> close() {
    Future<Void> begun = closing;
    if (begun == null) {
      calls.close();
      List.copyOf(watches.keySet()).forEach(Watch::close);
      Future<Void> silent = hints == null ? Future.succeededFuture() : hints.unregister();
      begun = silent.eventually(this::closeClients);
      closing = begun;
    }
    return begun;
  }

  private Future<Void> closeClients() {
    return clients == null
        ? Future.succeededFuture()
        : clients
            .otherwiseEmpty()
            .compose(
                open ->
                    vertx.executeBlocking(
                        () -> {
                          if (open != null) {
                            open.close();
                          }
                          return (Void) null;
                        },
                        false));
  }
}
