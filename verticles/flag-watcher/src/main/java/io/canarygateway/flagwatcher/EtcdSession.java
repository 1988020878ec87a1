package io.canarygateway.flagwatcher;

import io.canarygateway.config.EtcdConfig;
import io.canarygateway.flagwatcher.EtcdValues.Rollback;
import io.canarygateway.store.EtcdClients;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchResponse;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A session with one member of etcd. It ends with its first trouble and a new session replaces it.
 * So the gateway decides how long to wait, and nothing of the old session is left over. Used on one
 * context, on which all results arrive.
 */
final class EtcdSession {

  static final long TIMEOUT_MS = 3_000;

  private final Context context;
  private final Vertx vertx;
  private final Client client;
  private final ByteSequence prefix;
  private Watch.@Nullable Watcher watcher;
  private boolean closed;

  private EtcdSession(Vertx vertx, Context context, Client client, EtcdConfig config) {
    this.vertx = vertx;
    this.context = context;
    this.client = client;
    this.prefix = EtcdClients.bytes(config.prefix());
  }

  /**
   * Opens a session; nothing is sent yet. Blocks to resolve the member's name and to read files.
   *
   * @param context the context on which results arrive
   * @param member the index of the member among the configured endpoints
   * @throws IOException if the name cannot be resolved, or the password, a certificate or a key
   *     cannot be read
   */
  static EtcdSession open(Vertx vertx, Context context, EtcdConfig config, int member)
      throws IOException {
    Client client = EtcdClients.builder(vertx, config, member).build();
    return new EtcdSession(vertx, context, client, config);
  }

  /** Reads all keys below the prefix. */
  Future<GetResponse> load() {
    return get(GetOption.builder().isPrefix(true));
  }

  /** Reads the newest key below the prefix without its value. The read goes to etcd's leader. */
  Future<GetResponse> probe() {
    return get(
        GetOption.builder()
            .isPrefix(true)
            .withKeysOnly(true)
            .withSortField(GetOption.SortTarget.MOD)
            .withSortOrder(GetOption.SortOrder.DESCEND)
            .withLimit(1));
  }

  private Future<GetResponse> get(GetOption.Builder option) {
    return onContext(() -> client.getKVClient().get(prefix, option.build()));
  }

  /**
   * Watches the keys below the prefix.
   *
   * @param revision the first revision whose changes are wanted
   * @param events called with each response, in order
   * @param failed called once if the watch ends before {@link #close}
   * @return completes when etcd has confirmed the watch
   */
  Future<Void> watch(long revision, Handler<WatchResponse> events, Handler<Throwable> failed) {
    Promise<Void> created = Promise.promise();
    Handler<Throwable> ended =
        cause -> {
          if (!created.tryFail(cause) && !closed) {
            failed.handle(cause);
          }
        };
    WatchOption option =
        WatchOption.builder()
            .isPrefix(true)
            .withRevision(revision)
            .withPrevKV(true)
            .withCreateNotify(true)
            .withProgressNotify(true)
            .withRequireLeader(true)
            .build();
    watcher =
        client
            .getWatchClient()
            .watch(
                prefix,
                option,
                Watch.listener(
                    response -> run(() -> accept(response, created, events)),
                    cause -> run(() -> ended.handle(cause)),
                    () -> run(() -> ended.handle(new IOException("the watch ended")))));
    return created.future().timeout(TIMEOUT_MS, TimeUnit.MILLISECONDS);
  }

  private void accept(
      WatchResponse response, Promise<Void> created, Handler<WatchResponse> events) {
    if (closed) {
      return;
    }
    created.tryComplete();
    if (!response.getEvents().isEmpty() || response.isProgressNotify()) {
      events.handle(response);
    }
  }

  /**
   * Restores keys to earlier values in one transaction, if none of them has changed meanwhile.
   *
   * @return empty if this call restored all keys; else those that have not changed, so that they
   *     still have to be restored
   */
  Future<Optional<List<Rollback>>> restore(List<Rollback> rollbacks) {
    Cmp[] unchanged = rollbacks.stream().map(EtcdSession::unchanged).toArray(Cmp[]::new);
    Op[] restored = rollbacks.stream().map(EtcdSession::restored).toArray(Op[]::new);
    Op[] read =
        rollbacks.stream()
            .map(rollback -> Op.get(rollback.key(), GetOption.DEFAULT))
            .toArray(Op[]::new);
    return onContext(
            () -> client.getKVClient().txn().If(unchanged).Then(restored).Else(read).commit())
        .map(
            response ->
                response.isSucceeded()
                    ? Optional.empty()
                    : Optional.of(unchanged(rollbacks, response.getGetResponses())));
  }

  private static Cmp unchanged(Rollback rollback) {
    return new Cmp(rollback.key(), Cmp.Op.EQUAL, CmpTarget.modRevision(rollback.modRevision()));
  }

  private static Op restored(Rollback rollback) {
    return rollback
        .good()
        .map(earlier -> put(rollback.key(), earlier))
        .orElse(Op.delete(rollback.key(), DeleteOption.DEFAULT));
  }

  private static List<Rollback> unchanged(List<Rollback> rollbacks, List<GetResponse> found) {
    List<Rollback> unchanged = new ArrayList<>();
    for (int i = 0; i < rollbacks.size(); i++) {
      List<KeyValue> now = found.get(i).getKvs();
      long modRevision = now.isEmpty() ? 0 : now.get(0).getModRevision();
      if (modRevision == rollbacks.get(i).modRevision()) {
        unchanged.add(rollbacks.get(i));
      }
    }
    return unchanged;
  }

  private static Op put(ByteSequence key, KeyValue value) {
    PutOption lease = PutOption.builder().withLeaseId(value.getLease()).build();
    return Op.put(key, value.getValue(), lease);
  }

  private <T> Future<T> onContext(Supplier<CompletableFuture<T>> call) {
    return Future.fromCompletionStage(call.get(), context)
        .timeout(TIMEOUT_MS, TimeUnit.MILLISECONDS);
  }

  private void run(Runnable action) {
    context.runOnContext(v -> action.run());
  }

  /** Closes the watch and the connection; may be called more than once. */
  Future<Void> close() {
    if (closed) {
      return Future.succeededFuture();
    }
    closed = true;
    // On a worker, since the client takes locks.
    return vertx.executeBlocking(
        () -> {
          if (watcher != null) {
            watcher.close();
          }
          client.close();
          return null;
        },
        false);
  }
}
