package io.canarygateway.flagwatcher;

import io.canarygateway.config.EtcdConfig;
import io.canarygateway.config.HttpUrl;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
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
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * One connection to etcd, from its opening to its first trouble: there is a new one afterwards, so
 * that how long to wait is ours to say, and nothing of the old one is left over. On one context;
 * all results come back on it.
 */
final class EtcdSession {

  static final long TIMEOUT_MS = 3_000;

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration KEEPALIVE = Duration.ofSeconds(10);
  private static final int MAX_MESSAGE_BYTES = 64 << 20;

  private final Context context;
  private final Vertx vertx;
  private final Client client;
  private final ByteSequence prefix;
  private Watch.Watcher watcher;
  private boolean closed;

  private EtcdSession(Vertx vertx, Context context, Client client, EtcdConfig config) {
    this.vertx = vertx;
    this.context = context;
    this.client = client;
    this.prefix = bytes(config.prefix());
  }

  /**
   * Opens a session with one member; nothing is sent yet. Blocks, for it resolves the member's name
   * and reads files.
   *
   * @param context where results come back
   * @param member which of the members
   * @throws IOException if the name is not known, or the password, a certificate or a key cannot be
   *     read
   */
  static EtcdSession open(Vertx vertx, Context context, EtcdConfig config, int member)
      throws IOException {
    HttpUrl url = config.endpoints().get(member);
    // By address: the client would resolve the name on an event loop.
    String address = InetAddress.getByName(url.host()).getHostAddress();
    ClientBuilder builder =
        Client.builder()
            .endpoints(
                URI.create(
                    (url.tls() ? "https://" : "http://")
                        + (address.indexOf(':') < 0 ? address : "[" + address + "]")
                        + ":"
                        + url.port()))
            .vertx(SharedVertx.of(vertx))
            .waitForReady(false)
            .connectTimeout(CONNECT_TIMEOUT)
            .keepaliveTime(KEEPALIVE)
            .keepaliveTimeout(CONNECT_TIMEOUT)
            .maxInboundMessageSize(MAX_MESSAGE_BYTES);
    if (!config.user().isEmpty()) {
      String password = Files.readString(Path.of(config.passwordFile())).stripTrailing();
      builder.user(bytes(config.user())).password(bytes(password));
    }
    if (config.tls()) {
      builder.authority(config.serverName().isEmpty() ? url.authority() : config.serverName());
      builder.sslContext(
          ssl -> {
            if (!config.caFile().isEmpty()) {
              ssl.trustManager(new File(config.caFile()));
            }
            if (!config.certFile().isEmpty()) {
              ssl.keyManager(new File(config.certFile()), new File(config.keyFile()));
            }
          });
    }
    return new EtcdSession(vertx, context, builder.build(), config);
  }

  static ByteSequence bytes(String text) {
    return ByteSequence.from(text, StandardCharsets.UTF_8);
  }

  /** Everything below the prefix. */
  Future<GetResponse> load() {
    return get(GetOption.builder().isPrefix(true));
  }

  /** The newest key below the prefix, without its value: whether etcd answers, and what is new. */
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
    return home(() -> client.getKVClient().get(prefix, option.build()));
  }

  /**
   * Watches from a revision on.
   *
   * @param events called with what happened, in order
   * @param failed called once if the watch ends by itself
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
   * Puts a key back, unless it was changed meanwhile.
   *
   * @param modRevision the revision of the change to undo; 0 to restore a key that is not there
   * @param value what to put, or null to delete the key
   * @return whether it was done; false if somebody else was first
   */
  Future<Boolean> restore(ByteSequence key, long modRevision, KeyValue value) {
    Op op =
        value == null
            ? Op.delete(key, DeleteOption.DEFAULT)
            : Op.put(
                key, value.getValue(), PutOption.builder().withLeaseId(value.getLease()).build());
    return home(() ->
            client
                .getKVClient()
                .txn()
                .If(new Cmp(key, Cmp.Op.EQUAL, CmpTarget.modRevision(modRevision)))
                .Then(op)
                .commit())
        .map(TxnResponse::isSucceeded);
  }

  private <T> Future<T> home(Supplier<CompletableFuture<T>> call) {
    return Future.fromCompletionStage(call.get(), context)
        .timeout(TIMEOUT_MS, TimeUnit.MILLISECONDS);
  }

  private void run(Runnable action) {
    context.runOnContext(v -> action.run());
  }

  /** Lets go of everything; may be called more than once. */
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

  /** What went wrong, in one line. */
  static String reason(Throwable cause) {
    Throwable root = Causes.root(cause);
    String message = root.getMessage();
    String kind = root.getClass().getSimpleName();
    boolean bare = root instanceof IOException; // Often just the name of a file or a host.
    return message == null
        ? kind
        : (bare ? kind + ": " : "") + message.lines().findFirst().orElse("");
  }
}
