package io.canarygateway.flagwatcher;

import io.canarygateway.config.EtcdConfig;
import io.canarygateway.flags.Problem;
import io.canarygateway.message.ComponentHealth.Status;
import io.canarygateway.store.Backoff;
import io.canarygateway.store.EtcdClients;
import io.etcd.jetcd.common.exception.CompactedException;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.watch.WatchResponse;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of an etcd as a source of flags: loads all keys, then watches from the revision of the
 * load. Any trouble ends the session with etcd. The next session is with the next member and goes
 * on from the last revision, or loads all keys again if etcd's history has been compacted. Until
 * then the last values stay in force. On one context.
 */
final class EtcdSource implements Source {

  private static final Logger LOG = LoggerFactory.getLogger(EtcdSource.class);

  private static final long PROBE_PERIOD_MS = 2_000;
  private static final long FIRST_BACKOFF_MS = 100;
  private static final long MAX_BACKOFF_MS = 5_000;

  private final Vertx vertx;
  private final Context context;
  private final EtcdConfig config;
  private final FlagSink sink;
  private final EtcdFeed feed;
  private final Backoff backoff =
      new Backoff(FIRST_BACKOFF_MS, MAX_BACKOFF_MS, ThreadLocalRandom.current());

  /** The session in use; null between two sessions. Results of other sessions are ignored. */
  private @Nullable EtcdSession session;

  /** The index of the next session's member; random at first, so that gateways differ. */
  private int nextMember = ThreadLocalRandom.current().nextInt(1_000);

  private boolean closed;

  EtcdSource(
      Vertx vertx, EtcdConfig config, FlagStore store, FlagSink sink, MeterRegistry registry) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.config = config;
    this.sink = sink;
    this.feed = new EtcdFeed(config.prefix(), store, sink, registry);
  }

  /** Loads all keys from the first member that answers. */
  @Override
  public Future<List<Change>> initialise() {
    return initialise(config.endpoints().size()).otherwise(List.of());
  }

  private Future<List<Change>> initialise(int membersLeft) {
    return open()
        .compose(EtcdSession::load)
        .map(feed::initialise)
        .recover(
            cause -> {
              down(cause);
              return membersLeft > 1 && !closed
                  ? initialise(membersLeft - 1)
                  : Future.failedFuture(cause);
            });
  }

  @Override
  public Optional<RolloutOrigin> rolloutOrigin() {
    return Optional.of(new EtcdRollouts(sink));
  }

  @Override
  public void initialised(List<Change> changes, Map<Change, Problem> refused) {
    feed.initialised(changes, refused.keySet());
  }

  /** Begins to watch, or goes on trying to reach etcd. */
  @Override
  public void start() {
    if (session == null) {
      connect();
    } else {
      resume(session);
    }
  }

  private Future<EtcdSession> open() {
    int member = Math.floorMod(nextMember++, config.endpoints().size());
    return vertx
        .executeBlocking(() -> EtcdSession.open(vertx, context, config, member), false)
        .compose(
            opened -> {
              if (closed) {
                return opened.close().compose(v -> Future.failedFuture("stopping"));
              }
              session = opened;
              return Future.succeededFuture(opened);
            });
  }

  private void connect() {
    open().onSuccess(this::resume).onFailure(this::lost);
  }

  /** Watches from the last revision if etcd's history is still the same; else loads all keys. */
  private void resume(EtcdSession opened) {
    opened
        .probe()
        .compose(probe -> feed.resume(probe) ? watch(opened) : reload(opened))
        .onSuccess(
            v -> {
              if (opened == session) {
                up(opened);
                probeLater(opened);
              }
            })
        .onFailure(cause -> lost(opened, cause));
  }

  private Future<Void> reload(EtcdSession opened) {
    return opened
        .load()
        .compose(
            response -> {
              feed.reload(response);
              return watch(opened);
            });
  }

  private Future<Void> watch(EtcdSession opened) {
    return opened.watch(
        feed.nextRevision(), response -> accept(opened, response), cause -> lost(opened, cause));
  }

  private void accept(EtcdSession opened, WatchResponse response) {
    if (opened != session) {
      return;
    }
    try {
      feed.accept(opened, response);
    } catch (RuntimeException e) {
      LOG.error("changes in etcd could not be applied, so all keys are loaded again", e);
      feed.forget();
      lost(opened, e);
    }
  }

  private void probeLater(EtcdSession probed) {
    vertx.setTimer(
        PROBE_PERIOD_MS,
        timer -> {
          if (probed == session) {
            probed
                .probe()
                .onSuccess(answer -> probed(probed, answer))
                .onFailure(cause -> lost(probed, cause));
          }
        });
  }

  private void probed(EtcdSession probed, GetResponse answer) {
    if (probed != session) {
      return;
    }
    Optional<String> fault = feed.check(answer);
    if (fault.isPresent()) {
      lost(probed, new IllegalStateException(fault.get()));
      return;
    }
    if (feed.mustCompare()) {
      probed
          .load()
          .onSuccess(
              response -> {
                if (probed == session) {
                  feed.compare(response);
                }
              })
          .onFailure(cause -> lost(probed, cause));
    }
    backoff.reset();
    up(probed);
    probeLater(probed);
  }

  private void up(EtcdSession opened) {
    feed.retryRollbacks(opened);
    sink.synced(Layer.ETCD);
    sink.status(Layer.ETCD, Status.UP, config.prefix());
  }

  private void lost(EtcdSession which, Throwable cause) {
    if (which == session) {
      lost(cause);
    }
  }

  private void lost(Throwable cause) {
    if (closed) {
      return;
    }
    if (isCompacted(cause)) {
      feed.forget(); // Etcd no longer has the changes since the last revision.
    }
    down(cause);
    vertx.setTimer(
        backoff.next(),
        timer -> {
          if (!closed && session == null) {
            connect();
          }
        });
  }

  private void down(Throwable cause) {
    if (session != null) {
      session.close().onFailure(e -> LOG.warn("a session with etcd cannot be closed", e));
      session = null;
    }
    sink.status(Layer.ETCD, Status.DEGRADED, EtcdClients.reason(cause));
  }

  private static boolean isCompacted(Throwable cause) {
    return cause instanceof CompactedException || cause.getCause() instanceof CompactedException;
  }

  @Override
  public Future<Void> close() {
    closed = true;
    EtcdSession last = session;
    session = null;
    return last == null ? Future.succeededFuture() : last.close();
  }
}
