package io.canarygateway.cluster;

import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.AsyncMap;
import io.vertx.core.shareddata.Counter;
import io.vertx.core.shareddata.Lock;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.NodeListener;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.core.spi.cluster.RegistrationListener;
import io.vertx.core.spi.cluster.RegistrationUpdateEvent;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.infinispan.commons.CacheConfigurationException;
import org.jspecify.annotations.Nullable;

/**
 * The cluster manager of Vert.x: Infinispan's, with registrations that survive a merge. It joins
 * when Vert.x starts, and leaves when Vert.x closes.
 */
final class NodeManager implements ClusterManager {

  private static final long REPAIR_MS = 5_000;

  /** How long, and after which pauses, what fails because other nodes join or leave is tried. */
  private static final long TRY_NANOS = TimeUnit.SECONDS.toNanos(15);

  private static final long TRY_AGAIN_MS = 100;

  private final Callable<Membership> joining;
  private final BooleanSupplier busIsGuarded;
  private @Nullable Vertx vertx;
  private @Nullable RegistrationListener registrationListener;
  private @Nullable NodeListener nodeListener;
  private volatile @Nullable Membership membership;
  private volatile @Nullable ClusterManager engine;
  private volatile @Nullable Registrations registrations;
  private volatile long repairTimer = -1;
  private volatile boolean leaving;

  /**
   * A manager that joins later.
   *
   * @param joining joins the cluster, blocking
   * @param busIsGuarded whether the event bus listens behind TLS, if it has to
   */
  NodeManager(Callable<Membership> joining, BooleanSupplier busIsGuarded) {
    this.joining = joining;
    this.busIsGuarded = busIsGuarded;
  }

  private Vertx vertx() {
    return Objects.requireNonNull(vertx, "Vert.x calls init first");
  }

  private ClusterManager engine() {
    return Objects.requireNonNull(engine, "the node has not joined");
  }

  private Registrations registrations() {
    return Objects.requireNonNull(registrations, "the node has not joined");
  }

  @Override
  public void init(Vertx vertx) {
    this.vertx = vertx;
  }

  @Override
  public void registrationListener(RegistrationListener listener) {
    registrationListener = listener;
  }

  @Override
  public void nodeListener(NodeListener listener) {
    nodeListener = listener;
    ClusterManager joined = engine;
    if (joined != null) {
      joined.nodeListener(listener);
    }
  }

  @Override
  public void join(Completable<Void> promise) {
    vertx()
        .executeBlocking(joining, false)
        .compose(
            joined -> {
              membership = joined;
              ClusterManager made = joined.manager();
              RegistrationListener listener =
                  Objects.requireNonNull(registrationListener, "Vert.x sets it before it joins");
              Registrations kept = new Registrations(made, listener);
              registrations = kept;
              engine = made;
              made.init(vertx());
              made.registrationListener(untilLeft(listener));
              if (nodeListener != null) {
                made.nodeListener(nodeListener);
              }
              Promise<Void> done = Promise.promise();
              made.join(done);
              return done.future().onSuccess(v -> keepTrue(joined, kept));
            })
        .onComplete(promise);
  }

  /** Infinispan's manager still reads its maps, which then fails, while they are being stopped. */
  private RegistrationListener untilLeft(RegistrationListener listener) {
    return new RegistrationListener() {
      @Override
      public void registrationsUpdated(RegistrationUpdateEvent event) {
        listener.registrationsUpdated(event);
      }

      @Override
      public void registrationsLost() {
        listener.registrationsLost();
      }

      @Override
      public boolean wantsUpdatesFor(String address) {
        return !leaving && listener.wantsUpdatesFor(address);
      }
    };
  }

  private void keepTrue(Membership joined, Registrations kept) {
    repairTimer = vertx().setPeriodic(REPAIR_MS, timer -> kept.repair());
    joined.onChange(
        () -> {
          kept.unsettle();
          kept.repair();
        });
  }

  @Override
  public void leave(Completable<Void> promise) {
    leaving = true;
    Membership joined = membership;
    ClusterManager left = engine;
    if (joined == null || left == null) {
      promise.succeed();
      return;
    }
    vertx().cancelTimer(repairTimer);
    Promise<Void> done = Promise.promise();
    left.leave(done);
    done.future()
        .transform(
            ended ->
                vertx()
                    .<Void>executeBlocking(
                        () -> {
                          joined.close();
                          return null;
                        },
                        false))
        .onComplete(promise);
  }

  /**
   * Defines a map that another node has made, and that Infinispan has not made here. That happens
   * for good when two nodes start alone at the same time and then join.
   */
  private void define(String map, Throwable cause) {
    Membership joined = membership;
    if (joined != null && cause instanceof CacheConfigurationException) {
      joined.define(map);
    }
  }

  /**
   * Does what may be done again: while nodes join and leave, Infinispan may wait in vain for a node
   * that has just gone.
   */
  private <T> Future<T> tried(Supplier<Future<T>> action) {
    return tried(action, System.nanoTime());
  }

  private <T> Future<T> tried(Supplier<Future<T>> action, long sinceNanos) {
    return action
        .get()
        .recover(
            cause ->
                leaving || System.nanoTime() - sinceNanos > TRY_NANOS
                    ? Future.failedFuture(cause)
                    : vertx()
                        .timer(TRY_AGAIN_MS, TimeUnit.MILLISECONDS)
                        .compose(waited -> tried(action, sinceNanos)));
  }

  @Override
  public boolean isActive() {
    ClusterManager joined = engine;
    return joined != null && joined.isActive();
  }

  @Override
  public void setNodeInfo(NodeInfo info, Completable<Void> promise) {
    Future<Void> done =
        busIsGuarded.getAsBoolean()
            ? tried(() -> registrations().self(info))
            : Future.failedFuture(
                "the event bus does not use the transport of GatewayCluster, so it would not be"
                    + " encrypted");
    done.onComplete(promise);
  }

  @Override
  public NodeInfo getNodeInfo() {
    return engine().getNodeInfo();
  }

  @Override
  public void getNodeInfo(String node, Completable<NodeInfo> promise) {
    engine().getNodeInfo(node, promise);
  }

  @Override
  public String getNodeId() {
    return engine().getNodeId();
  }

  @Override
  public List<String> getNodes() {
    return engine().getNodes();
  }

  @Override
  public void addRegistration(
      String address, RegistrationInfo registration, Completable<Void> promise) {
    tried(() -> registrations().add(address, registration)).onComplete(promise);
  }

  @Override
  public void removeRegistration(
      String address, RegistrationInfo registration, Completable<Void> promise) {
    registrations().remove(address, registration).onComplete(promise);
  }

  @Override
  public void getRegistrations(String address, Completable<List<RegistrationInfo>> promise) {
    registrations().ask(address).onComplete(promise);
  }

  @Override
  public <K, V> void getAsyncMap(String name, Completable<AsyncMap<K, V>> promise) {
    tried(
            () -> {
              Promise<AsyncMap<K, V>> map = Promise.promise();
              engine().getAsyncMap(name, map);
              return map.future().onFailure(cause -> define(name, cause));
            })
        .onComplete(promise);
  }

  @Override
  public <K, V> Map<K, V> getSyncMap(String name) {
    return engine().getSyncMap(name);
  }

  @Override
  public void getLockWithTimeout(String name, long timeout, Completable<Lock> promise) {
    engine().getLockWithTimeout(name, timeout, promise);
  }

  @Override
  public void getCounter(String name, Completable<Counter> promise) {
    engine().getCounter(name, promise);
  }
}
