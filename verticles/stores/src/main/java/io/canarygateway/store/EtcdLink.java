package io.canarygateway.store;

import io.canarygateway.config.EtcdConfig;
import io.etcd.jetcd.ByteSequence;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps at most one connection to etcd, to the first member that answers. After a trouble the
 * members are tried in turn; if no member answers, the next round waits for a backoff. On one
 * context.
 */
final class EtcdLink {

  private static final Logger LOG = LoggerFactory.getLogger(EtcdLink.class);

  private static final long FIRST_BACKOFF_MS = 50;
  private static final long MAX_BACKOFF_MS = 1_500;

  /** A connection that lasted this long was a good one. */
  private static final long GOOD_MS = 2_000;

  private final Vertx vertx;
  private final Context context;
  private final EtcdConfig config;
  private final BiConsumer<EtcdConnection, Throwable> lost;
  private final Backoff backoff =
      new Backoff(FIRST_BACKOFF_MS, MAX_BACKOFF_MS, ThreadLocalRandom.current());

  private @Nullable EtcdConnection current;
  private @Nullable Promise<EtcdConnection> connecting;

  /** The key that is read to see whether a member answers. */
  private ByteSequence probe = ByteSequence.EMPTY;

  /** Whether the next round of tries has to wait. */
  private boolean waiting;

  /** The index of the next member; random at first, so that gateways differ. */
  private int nextMember = ThreadLocalRandom.current().nextInt(1_000);

  private boolean closed;

  /**
   * Creates a link on the current context; nothing is sent yet.
   *
   * @param lost called when a connection that was given out has ended
   */
  EtcdLink(Vertx vertx, EtcdConfig config, BiConsumer<EtcdConnection, Throwable> lost) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.config = config;
    this.lost = lost;
  }

  /**
   * Finds a member that answers.
   *
   * @param key the key that is read to see whether a member answers
   * @return the connection; fails if each member was tried
   */
  Future<EtcdConnection> connection(ByteSequence key) {
    if (closed) {
      return Future.failedFuture(new StoreException("the store is closed", null));
    }
    if (current != null) {
      return Future.succeededFuture(current);
    }
    Promise<EtcdConnection> promise = connecting;
    if (promise == null) {
      promise = Promise.promise();
      connecting = promise;
      probe = key;
      if (!waiting) {
        connect(promise, config.endpoints().size());
      }
    }
    return promise.future();
  }

  private void connect(Promise<EtcdConnection> promise, int membersLeft) {
    int member = Math.floorMod(nextMember++, config.endpoints().size());
    EtcdConnection.open(vertx, context, config, member)
        .compose(opened -> probed(opened))
        .onSuccess(opened -> connected(promise, opened))
        .onFailure(
            cause -> {
              if (membersLeft > 1 && !closed) {
                connect(promise, membersLeft - 1);
                return;
              }
              connecting = null;
              backOff();
              promise.fail(cause);
            });
  }

  private Future<EtcdConnection> probed(EtcdConnection opened) {
    return opened
        .read(probe)
        .map(opened)
        .recover(
            cause -> {
              if (EtcdConnection.isRefusal(cause)) {
                return Future.succeededFuture(opened);
              }
              close(opened);
              return Future.failedFuture(cause);
            });
  }

  private void connected(Promise<EtcdConnection> promise, EtcdConnection opened) {
    connecting = null;
    if (closed) {
      close(opened);
      promise.fail(new StoreException("the store is closed", null));
    } else {
      current = opened;
      promise.complete(opened);
    }
  }

  /** Ends a connection after a trouble. */
  void lost(EtcdConnection which, Throwable cause) {
    if (which != current) {
      return;
    }
    current = null;
    close(which);
    if (which.ageMs() >= GOOD_MS) {
      backoff.reset();
    }
    backOff();
    lost.accept(which, cause);
  }

  private void backOff() {
    if (waiting || closed) {
      return;
    }
    waiting = true;
    vertx.setTimer(
        backoff.next(),
        timer -> {
          waiting = false;
          Promise<EtcdConnection> promise = connecting;
          if (promise != null) {
            connect(promise, config.endpoints().size());
          }
        });
  }

  private static void close(EtcdConnection which) {
    which.close().onFailure(e -> LOG.warn("a connection to etcd cannot be closed", e));
  }

  Future<Void> close() {
    closed = true;
    EtcdConnection last = current;
    current = null;
    return last == null ? Future.succeededFuture() : last.close();
  }
}
