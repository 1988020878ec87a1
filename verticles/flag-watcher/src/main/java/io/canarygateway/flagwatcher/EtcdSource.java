package io.canarygateway.flagwatcher;

import io.canarygateway.config.EtcdConfig;
import io.canarygateway.flags.Problem;
import io.canarygateway.message.ComponentHealth.Status;
import io.etcd.jetcd.common.exception.CompactedException;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.watch.WatchEvent;
import io.etcd.jetcd.watch.WatchResponse;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of an etcd as a source of flags: loads them, then watches from the load's revision on.
 * Any trouble ends the session; the next one is with the next member, and goes on from the last
 * revision that was dealt with, or loads everything again where etcd's history does not reach back.
 * Until then the last values stay. On one context.
 */
final class EtcdSource implements Source {

  private static final Logger LOG = LoggerFactory.getLogger(EtcdSource.class);

  /** As with DynamoDB: a reading of another node that is older is not taken. */
  private static final Duration UNHEALTHY = Duration.ofSeconds(8);

  private static final long PROBE_PERIOD_MS = 2_000;
  private static final long FIRST_BACKOFF_MS = 100;
  private static final long MAX_BACKOFF_MS = 5_000;

  private final Vertx vertx;
  private final Context context;
  private final EtcdConfig config;
  private final FlagStore store;
  private final FlagSink sink;
  private final EtcdValues values;
  private final EtcdRollbacks rollbacks;
  private final Backoff backoff =
      new Backoff(FIRST_BACKOFF_MS, MAX_BACKOFF_MS, ThreadLocalRandom.current());

  /** The session that counts, or null between two. */
  private EtcdSession session;

  /** Which member is next; gateways begin with different ones. */
  private int nextMember = ThreadLocalRandom.current().nextInt(1_000);

  /** The last revision whose changes were dealt with; 0 if everything has to be loaded. */
  private long revision;

  /** Whose revisions these are. */
  private long clusterId;

  /** The newest revision of a key that a probe saw before the watch told of it, or 0. */
  private long awaited;

  /** Whether the keys are still to be compared after an outage. */
  private boolean toCompare;

  private boolean closed;

  EtcdSource(
      Vertx vertx, EtcdConfig config, FlagStore store, FlagSink sink, MeterRegistry registry) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.config = config;
    this.store = store;
    this.sink = sink;
    this.values = new EtcdValues(config.prefix(), store.registry(), sink);
    this.rollbacks = new EtcdRollbacks(registry);
  }

  /** Loads everything before the gateway runs, from the first member that answers. */
  @Override
  public Future<List<Change>> initialise() {
    return initialise(config.endpoints().size()).otherwise(List.of());
  }

  private Future<List<Change>> initialise(int membersLeft) {
    return open()
        .compose(EtcdSession::load)
        .map(
            response -> {
              List<Change> changes = values.load(response.getKvs(), false, Set.of());
              dealtWith(response);
              return changes;
            })
        .recover(
            cause -> {
              down(cause);
              return membersLeft > 1 && !closed
                  ? initialise(membersLeft - 1)
                  : Future.failedFuture(cause);
            });
  }

  @Override
  public Optional<RolloutOrigin> rollouts() {
    return Optional.of(new RolloutOrigin(Layer.ETCD, UNHEALTHY));
  }

  @Override
  public void initialised(List<Change> changes, Map<Change, Problem> refused) {
    values.loaded(changes, refused.keySet());
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

  /** Goes on where the last session ended, if etcd is still the one that it was. */
  private void resume(EtcdSession opened) {
    opened
        .probe()
        .compose(
            probe -> {
              boolean sameHistory =
                  revision > 0
                      && probe.getHeader().getClusterId() == clusterId
                      && probe.getHeader().getRevision() >= revision;
              toCompare = sameHistory;
              return sameHistory ? watch(opened) : reload(opened);
            })
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
              rollbacks.forget();
              bring(response);
              dealtWith(response);
              return watch(opened);
            });
  }

  /** Brings the layer to what etcd holds. */
  private void bring(GetResponse response) {
    List<Change> changes = values.load(response.getKvs(), true, store.names(Layer.ETCD));
    values.loaded(changes, sink.apply(changes, true).keySet());
  }

  private void dealtWith(GetResponse response) {
    revision = response.getHeader().getRevision();
    clusterId = response.getHeader().getClusterId();
    awaited = 0;
    toCompare = false;
  }

  private Future<Void> watch(EtcdSession opened) {
    return opened.watch(
        revision + 1,
        response -> {
          if (opened == session) {
            accept(opened, response);
          }
        },
        cause -> lost(opened, cause));
  }

  /** One response may hold the changes of several revisions: each is a batch of its own. */
  private void accept(EtcdSession opened, WatchResponse response) {
    Map<Long, List<WatchEvent>> batches =
        response.getEvents().stream()
            .filter(event -> event.getKeyValue().getModRevision() > revision)
            .collect(
                Collectors.groupingBy(
                    event -> event.getKeyValue().getModRevision(),
                    TreeMap::new,
                    Collectors.toList()));
    try {
      batches.forEach(
          (of, batch) -> {
            values.apply(batch).forEach(rollback -> rollbacks.begin(opened, rollback));
            revision = of;
          });
      if (batches.isEmpty()) { // Only told that there is nothing up to here.
        revision = Math.max(revision, response.getHeader().getRevision());
      }
      sink.synced(Layer.ETCD);
    } catch (RuntimeException e) {
      LOG.error("changes could not be dealt with, so everything is read again", e);
      revision = 0;
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

  /** Etcd answers; but does the watch tell what is new? */
  private void probed(EtcdSession probed, GetResponse answer) {
    if (probed != session) {
      return;
    }
    if (awaited > revision) {
      lost(probed, new IllegalStateException("the watch is behind"));
      return;
    }
    if (answer.getHeader().getRevision() < revision) {
      lost(probed, new IllegalStateException("etcd has another history"));
      return;
    }
    long newest = answer.getKvs().isEmpty() ? 0 : answer.getKvs().get(0).getModRevision();
    awaited = newest > revision ? newest : 0;
    if (toCompare && awaited == 0) {
      probed
          .load()
          .onSuccess(response -> compare(probed, response))
          .onFailure(cause -> lost(probed, cause));
    }
    backoff.reset();
    up(probed);
    probeLater(probed);
  }

  /**
   * After an outage all has been heard of that happened meanwhile; but was it really the etcd that
   * it was before? One that was wiped and filled again looks much the same, so its keys are
   * compared once.
   */
  private void compare(EtcdSession asked, GetResponse response) {
    boolean ahead = response.getKvs().stream().anyMatch(kv -> kv.getModRevision() > revision);
    if (asked == session && !ahead) {
      toCompare = false;
      bring(response);
    }
  }

  private void up(EtcdSession opened) {
    rollbacks.again(opened);
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
    if (compacted(cause)) {
      revision = 0; // What happened meanwhile is forgotten, so everything is read again.
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
      session.close().onFailure(e -> LOG.warn("an etcd session did not close", e));
      session = null;
    }
    sink.status(Layer.ETCD, Status.DEGRADED, EtcdSession.reason(cause));
  }

  private static boolean compacted(Throwable cause) {
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
