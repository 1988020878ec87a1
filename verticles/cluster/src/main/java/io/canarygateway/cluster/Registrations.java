package io.canarygateway.cluster;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.core.spi.cluster.RegistrationListener;
import io.vertx.core.spi.cluster.RegistrationUpdateEvent;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the event bus's registrations true. When two parts of a cluster join again, the shared map
 * of one part replaces the other's: a node that was stopped for some seconds would come back deaf,
 * because others have removed it, and mute, because it has removed the others.
 *
 * <p>So each node knows its own registrations and puts back those that are missing. After a change
 * of the members it also reads again what it had asked for. Any thread may call it.
 */
final class Registrations {

  /** How long after a change of the members all answers are read again. */
  private static final long UNSETTLED_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** One of so many calls compares when nothing has changed. */
  private static final int CALLS_WHEN_SETTLED = 12;

  private final ClusterManager manager;
  private final RegistrationListener listener;
  private final Map<String, Set<RegistrationInfo>> own = new ConcurrentHashMap<>();

  /** The addresses that this node has asked for, as long as it still sends to them. */
  private final Set<String> asked = ConcurrentHashMap.newKeySet();

  private volatile @Nullable NodeInfo self;
  private volatile long settled = System.nanoTime();
  private final AtomicInteger calls = new AtomicInteger();

  /**
   * Registrations of one node.
   *
   * @param manager keeps them in the shared map
   * @param listener the part of the event bus that chooses a node for each message
   */
  Registrations(ClusterManager manager, RegistrationListener listener) {
    this.manager = manager;
    this.listener = listener;
  }

  Future<Void> self(NodeInfo info) {
    self = info;
    Promise<Void> done = Promise.promise();
    manager.setNodeInfo(info, done);
    return done.future();
  }

  Future<Void> add(String address, RegistrationInfo registration) {
    if (!registration.localOnly()) {
      own.computeIfAbsent(address, key -> ConcurrentHashMap.newKeySet()).add(registration);
    }
    Promise<Void> done = Promise.promise();
    manager.addRegistration(address, registration, done);
    return done.future();
  }

  Future<Void> remove(String address, RegistrationInfo registration) {
    own.computeIfPresent(
        address,
        (key, all) -> {
          all.remove(registration);
          return all.isEmpty() ? null : all;
        });
    Promise<Void> done = Promise.promise();
    manager.removeRegistration(address, registration, done);
    return done.future();
  }

  Future<List<RegistrationInfo>> ask(String address) {
    asked.add(address);
    return read(address);
  }

  private Future<List<RegistrationInfo>> read(String address) {
    Promise<List<RegistrationInfo>> found = Promise.promise();
    manager.getRegistrations(address, found);
    return found.future();
  }

  /** The members have changed. */
  void unsettle() {
    settled = System.nanoTime() + UNSETTLED_NANOS;
  }

  /**
   * Compares the shared map with what this node knows, shortly after a change of the members and
   * now and then. To be called every some seconds: each reading may ask another node.
   */
  void repair() {
    boolean unsettled = System.nanoTime() - settled < 0;
    if (!unsettled && calls.incrementAndGet() % CALLS_WHEN_SETTLED != 0) {
      return;
    }
    own.forEach(
        (address, registrations) -> read(address).onSuccess(found -> putBack(address, found)));
    if (unsettled) {
      NodeInfo info = self;
      if (info != null) {
        manager.setNodeInfo(info, (done, failure) -> {});
      }
      asked.forEach(this::readAgain);
    }
  }

  private void putBack(String address, List<RegistrationInfo> found) {
    for (RegistrationInfo registration : own.getOrDefault(address, Set.of())) {
      if (!found.contains(registration)) {
        manager.addRegistration(
            address,
            registration,
            (done, failure) -> {
              // It may have ended while it was put back.
              if (!own.getOrDefault(address, Set.of()).contains(registration)) {
                manager.removeRegistration(address, registration, (removed, late) -> {});
              }
            });
      }
    }
  }

  private void readAgain(String address) {
    if (listener.wantsUpdatesFor(address)) {
      read(address)
          .onSuccess(
              found -> listener.registrationsUpdated(new RegistrationUpdateEvent(address, found)));
    } else {
      asked.remove(address);
    }
  }
}
