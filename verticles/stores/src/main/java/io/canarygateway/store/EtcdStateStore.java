package io.canarygateway.store;

import io.canarygateway.config.EtcdConfig;
import io.canarygateway.store.Calls.Deadline;
import io.etcd.jetcd.ByteSequence;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * States in etcd, one key each. A read is tried again with another member as long as there is time.
 * A write is sent once, over a connection that has answered a moment ago.
 */
final class EtcdStateStore implements StateStore {

  private final Vertx vertx;
  private final Calls calls;
  private final EtcdLink link;
  private final Set<EtcdWatch> watches = new LinkedHashSet<>();
  private @Nullable Future<Void> closing;

  /** Opens the store on the current context; nothing is sent yet. */
  EtcdStateStore(Vertx vertx, EtcdConfig config) {
    this.vertx = vertx;
    this.calls = new Calls(vertx, EtcdClients::reason);
    this.link = new EtcdLink(vertx, config, this::lost);
  }

  @Override
  public String engine() {
    return "etcd";
  }

  private static ByteSequence name(StateKey key) {
    return EtcdClients.bytes(KeyNames.etcd(key));
  }

  @Override
  public Future<State> read(StateKey key) {
    ByteSequence name = name(key);
    return calls.run(
        deadline ->
            reading(name, deadline, connection -> connection.read(name))
                .map(EtcdConnection.Reading::state));
  }

  /** Repeats something that only reads, until a member answers or the time is over. */
  private <T> Future<T> reading(
      ByteSequence name, Deadline deadline, Function<EtcdConnection, Future<T>> request) {
    return link.connection(name)
        .compose(
            connection ->
                request
                    .apply(connection)
                    .recover(
                        cause -> {
                          if (EtcdConnection.isRefusal(cause)) {
                            return Future.failedFuture(cause);
                          }
                          link.lost(connection, cause);
                          return deadline.isOver()
                              ? Future.failedFuture(cause)
                              : reading(name, deadline, request);
                        }));
  }

  @Override
  public Future<WriteResult> compareAndSet(StateKey key, Revision expected, String text) {
    ByteSequence name = name(key);
    return calls.run(
        deadline -> {
          byte[] bytes = StateText.encode(text);
          long modRevision = modRevision(expected);
          return reading(name, deadline, connection -> fresh(connection, name))
              .compose(
                  connection ->
                      deadline.isOver()
                          ? Future.failedFuture(new StoreException("no connection in time", null))
                          : connection
                              .compareAndSet(name, modRevision, bytes)
                              .onFailure(cause -> failed(connection, cause)));
        });
  }

  private static long modRevision(Revision expected) throws StoreException {
    if (expected.equals(Revision.NONE)) {
      return 0;
    }
    try {
      return Long.parseLong(expected.token());
    } catch (NumberFormatException e) {
      throw new StoreException("the expected revision is not one of etcd", e);
    }
  }

  private static Future<EtcdConnection> fresh(EtcdConnection connection, ByteSequence name) {
    return connection.isFresh()
        ? Future.succeededFuture(connection)
        : connection.read(name).map(connection);
  }

  private void failed(EtcdConnection connection, Throwable cause) {
    if (!EtcdConnection.isRefusal(cause)) {
      link.lost(connection, cause);
    }
  }

  private void lost(EtcdConnection connection, Throwable cause) {
    List.copyOf(watches).forEach(watch -> watch.lost(connection, cause));
  }

  @Override
  public Watch watch(StateKey key, Watcher watcher) {
    if (calls.isClosed()) {
      return () -> {};
    }
    EtcdWatch watch = new EtcdWatch(vertx, link, name(key), watcher, watches::remove);
    watches.add(watch);
    watch.begin();
    return watch;
  }

  @Override
  public Future<Void> close() {
    Future<Void> begun = closing;
    if (begun == null) {
      calls.close();
      List.copyOf(watches).forEach(Watch::close);
      begun = link.close();
      closing = begun;
    }
    return begun;
  }
}
