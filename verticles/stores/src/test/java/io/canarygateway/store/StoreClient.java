package io.canarygateway.store;

import io.canarygateway.fixtures.Await;
import io.canarygateway.store.WriteResult.Conflict;
import io.canarygateway.store.WriteResult.Written;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;

/** A store on a context of its own, for a test's thread. */
final class StoreClient {

  private final Context context;
  private final StateStore store;

  private StoreClient(Context context, StateStore store) {
    this.context = context;
    this.store = store;
  }

  static StoreClient open(Vertx vertx, Function<Vertx, StateStore> opener) {
    Context context = vertx.getOrCreateContext();
    return new StoreClient(context, Await.result(on(context, () -> opener.apply(vertx))));
  }

  private static <T> Future<T> on(Context context, Supplier<T> task) {
    Promise<T> done = Promise.promise();
    context.runOnContext(
        v -> {
          try {
            done.complete(task.get());
          } catch (RuntimeException e) {
            done.fail(e);
          }
        });
    return done.future();
  }

  StateStore store() {
    return store;
  }

  Future<State> tryRead(StateKey key) {
    return on(context, () -> store.read(key).map(this::checked)).compose(read -> read);
  }

  Future<WriteResult> tryWrite(StateKey key, Revision expected, String text) {
    return on(context, () -> store.compareAndSet(key, expected, text).map(this::checked))
        .compose(write -> write);
  }

  private <T> T checked(T result) {
    if (Vertx.currentContext() != context) {
      throw new AssertionError(
          "not on the context of the store: " + Vertx.currentContext() + " " + context);
    }
    return result;
  }

  State read(StateKey key) {
    return Await.result(tryRead(key));
  }

  WriteResult write(StateKey key, Revision expected, String text) {
    return Await.result(tryWrite(key, expected, text));
  }

  Revision written(StateKey key, Revision expected, String text) {
    if (write(key, expected, text) instanceof Written written) {
      return written.revision();
    }
    throw new AssertionError("a conflict");
  }

  State conflict(StateKey key, Revision expected, String text) {
    if (write(key, expected, text) instanceof Conflict conflict) {
      return conflict.current();
    }
    throw new AssertionError("no conflict");
  }

  /** Writes, whatever is there. */
  Revision put(StateKey key, String text) {
    State state = read(key);
    while (true) {
      WriteResult result = write(key, state.revision(), text);
      if (result instanceof Written written) {
        return written.revision();
      }
      state = ((Conflict) result).current();
    }
  }

  Followed watch(StateKey key) {
    Followed followed = new Followed();
    followed.watch = Await.result(on(context, () -> store.watch(key, followed)));
    return followed;
  }

  void close() {
    Await.result(on(context, store::close).compose(closed -> closed));
  }

  /** What a watcher was called with, as texts; a trouble begins with an exclamation mark. */
  final class Followed implements Watcher {

    private final List<String> calls = new CopyOnWriteArrayList<>();
    private volatile Watch watch;

    @Override
    public void state(State state) {
      checked(state);
      calls.add(state.exists() ? state.text() : "none");
    }

    @Override
    public void trouble(String reason) {
      checked(reason);
      calls.add("!" + reason);
    }

    List<String> calls() {
      return List.copyOf(calls);
    }

    List<String> states() {
      return calls.stream().filter(call -> !call.startsWith("!")).toList();
    }

    boolean inTrouble() {
      return last().startsWith("!");
    }

    String last() {
      return calls.isEmpty() ? "" : calls.get(calls.size() - 1);
    }

    void close() {
      Await.result(
          on(
              context,
              () -> {
                watch.close();
                watch.close();
                return "";
              }));
    }
  }
}
