package io.canarygateway.store;

import io.canarygateway.config.EtcdConfig;
import io.canarygateway.store.WriteResult.Conflict;
import io.canarygateway.store.WriteResult.Written;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Watch.Watcher;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchResponse;
import io.grpc.Status;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * A connection to one member of etcd. It ends with its first trouble, and nothing is sent twice:
 * the store decides what is tried again. Used on one context, on which all results arrive.
 */
final class EtcdConnection {

  /** The time for one request; less than that of a call, so that another member can be tried. */
  private static final long REQUEST_MS = 2_000;

  /** A connection that is silent for longer may be dead, so it is not used for a write. */
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Vertx vertx;
  private final Context context;
  private final Client client;
  private final long openedNanos = System.nanoTime();
  private long answeredNanos = openedNanos - FRESH_NANOS;

  private EtcdConnection(Vertx vertx, Context context, Client client) {
    this.vertx = vertx;
    this.context = context;
    this.client = client;
  }

  /**
   * A state, and the moment at which it was read.
   *
   * @param revision etcd's revision then; a later state has a higher one
   */
  record Reading(State state, long revision) {}

  /** Opens a connection; nothing is sent yet. */
  static Future<EtcdConnection> open(Vertx vertx, Context context, EtcdConfig config, int member) {
    return vertx
        .executeBlocking(
            // Without retries: the client would repeat a request after the store gave it up.
            () -> EtcdClients.builder(vertx, config, member).retryMaxAttempts(0).build(), false)
        .map(client -> new EtcdConnection(vertx, context, client));
  }

  /** Reads a key by way of the leader, so the newest state is seen. */
  Future<Reading> read(ByteSequence key) {
    return request(() -> client.getKVClient().get(key))
        .compose(
            response -> {
              try {
                return Future.succeededFuture(
                    new Reading(first(response), response.getHeader().getRevision()));
              } catch (StoreException e) {
                return Future.failedFuture(e);
              }
            });
  }

  private static State first(GetResponse response) throws StoreException {
    List<KeyValue> found = response.getKvs();
    return found.isEmpty() ? State.NONE : state(found.get(0));
  }

  /**
   * The state of a key that exists.
   *
   * @throws StoreException if the value is not UTF-8
   */
  static State state(KeyValue found) throws StoreException {
    return new State(
        new Revision(Long.toString(found.getModRevision())),
        StateText.decode(ByteBuffer.wrap(found.getValue().getBytes())));
  }

  /**
   * Writes a key if its mod revision is still the same.
   *
   * @param modRevision the expected mod revision; 0 if the key must not exist
   */
  Future<WriteResult> compareAndSet(ByteSequence key, long modRevision, byte[] text) {
    return request(
            () ->
                client
                    .getKVClient()
                    .txn()
                    .If(new Cmp(key, Cmp.Op.EQUAL, CmpTarget.modRevision(modRevision)))
                    .Then(Op.put(key, ByteSequence.from(text), PutOption.DEFAULT))
                    .Else(Op.get(key, GetOption.DEFAULT))
                    .commit())
        .compose(EtcdConnection::result);
  }

  private static Future<WriteResult> result(TxnResponse response) {
    if (response.isSucceeded()) {
      String revision = Long.toString(response.getHeader().getRevision());
      return Future.succeededFuture(new Written(new Revision(revision)));
    }
    try {
      return Future.succeededFuture(new Conflict(first(response.getGetResponses().get(0))));
    } catch (StoreException e) {
      return Future.failedFuture(e);
    }
  }

  /**
   * Watches a key.
   *
   * @param revision the first revision whose changes are wanted
   * @param events called with each response, in order
   * @param failed called if the watch ends, even by {@link #end}
   */
  Watcher watch(
      ByteSequence key, long revision, Handler<WatchResponse> events, Handler<Throwable> failed) {
    WatchOption option =
        WatchOption.builder().withRevision(revision).withRequireLeader(true).build();
    return client
        .getWatchClient()
        .watch(
            key,
            option,
            io.etcd.jetcd.Watch.listener(
                response -> context.runOnContext(v -> events.handle(response)),
                cause -> context.runOnContext(v -> failed.handle(cause)),
                () ->
                    context.runOnContext(v -> failed.handle(new IOException("the watch ended")))));
  }

  /** Ends a watch; on a worker, since the client takes locks. */
  void end(Watcher watcher) {
    vertx.executeBlocking(
        () -> {
          watcher.close();
          return null;
        },
        false);
  }

  private <T> Future<T> request(Supplier<CompletableFuture<T>> request) {
    return Future.fromCompletionStage(request.get(), context)
        .timeout(REQUEST_MS, TimeUnit.MILLISECONDS)
        .transform(
            done -> {
              if (done.succeeded()) {
                answeredNanos = System.nanoTime();
                return Future.succeededFuture(done.result());
              }
              return Future.failedFuture(
                  done.cause() instanceof TimeoutException
                      ? new IOException("no answer in time", done.cause())
                      : done.cause());
            });
  }

  /** Whether the member has answered a moment ago. */
  boolean isFresh() {
    return System.nanoTime() - answeredNanos < FRESH_NANOS;
  }

  /** The age of the connection in milliseconds. */
  long ageMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - openedNanos);
  }

  /** Whether etcd has refused a request, so that the connection is well. */
  static boolean isRefusal(Throwable cause) {
    Status.Code code = Status.fromThrowable(cause).getCode();
    return cause instanceof StoreException
        || code == Status.Code.PERMISSION_DENIED
        || code == Status.Code.RESOURCE_EXHAUSTED;
  }

  /** Closes the connection and its watches. */
  Future<Void> close() {
    // On a worker, since the client takes locks.
    return vertx.executeBlocking(
        () -> {
          client.close();
          return null;
        },
        false);
  }
}
