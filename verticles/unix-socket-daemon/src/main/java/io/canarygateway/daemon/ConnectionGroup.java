package io.canarygateway.daemon;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Promise;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The open connections of one event loop, in the order in which their time ends. A connection whose
 * time has ended is closed. In a crowd, silent connections move to a second group. On the group's
 * event loop, except the methods for any thread.
 */
final class ConnectionGroup implements Executor {

  /** The time of a connection in all; of a kept connection, the time between two lines. */
  static final Duration LIFETIME = Duration.ofSeconds(1);

  private static final long SWEEP_MS = 50;

  /** A few at a time: to close a connection takes microseconds in which no client is served. */
  private static final int SWEPT_AT_A_TIME = 16;

  /** The pause between two sweeps of a crowd, in which the event loop serves clients. */
  private static final long NEXT_SWEEP_MS = 1;

  /** A client that sends anything at all has mostly done so after this time. */
  private static final long MOVED_FROM_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /**
   * Connections that have been silent for longer stay. Behind the newer connections of the second
   * group they would be closed too late.
   */
  private static final long MOVED_UNTIL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final EventLoop loop;
  private final int capacity;
  private final @Nullable ConnectionGroup silentGroup;
  private final Promise<Void> drained;
  private final Set<DaemonConnection> connections = new LinkedHashSet<>();
  private boolean draining;

  /**
   * Creates an empty group.
   *
   * @param capacity the number of connections with which the group is full
   * @param silentGroup the group to which silent connections move; null if they stay
   */
  ConnectionGroup(EventLoop loop, int capacity, @Nullable ConnectionGroup silentGroup) {
    this.loop = loop;
    this.capacity = capacity;
    this.silentGroup = silentGroup;
    this.drained = loop.newPromise();
    loop.schedule(this::sweep, SWEEP_MS, TimeUnit.MILLISECONDS);
  }

  EventLoop loop() {
    return loop;
  }

  /** Runs an action on the event loop, unless the loop has ended. For any thread. */
  @Override
  public void execute(Runnable action) {
    if (!loop.isShuttingDown()) {
      loop.execute(action);
    }
  }

  boolean isFull() {
    return connections.size() >= capacity;
  }

  /**
   * Adds a connection.
   *
   * @param replacing whether the connection that has been silent for the longest time is closed
   */
  void add(DaemonConnection connection, boolean replacing) {
    Iterator<DaemonConnection> byTime = connections.iterator();
    if (replacing && byTime.hasNext()) {
      DaemonConnection longestSilent = byTime.next();
      byTime.remove();
      longestSilent.close();
    }
    connections.add(connection);
  }

  /** Puts a kept connection last, since its time has begun anew. */
  void renew(DaemonConnection connection) {
    if (connections.remove(connection)) {
      connections.add(connection);
    }
  }

  /** Removes a connection that is closed. */
  void remove(DaemonConnection connection) {
    connections.remove(connection);
    completeDrain();
  }

  /**
   * Closes the connections that wait for no answer, here and in the silent group. The others have
   * the rest of their time. For any thread.
   */
  void drain() {
    execute(
        () -> {
          draining = true;
          List.copyOf(connections).forEach(DaemonConnection::drain);
          completeDrain();
          if (silentGroup != null) {
            loop.execute(silentGroup::drain); // After the connections that are moving there.
          }
        });
  }

  /**
   * Closes the connections of one socket that wait for no answer, here and in the silent group. The
   * others have the rest of their time. For any thread.
   */
  void drain(RouteSocket socket) {
    execute(
        () -> {
          connections.stream()
              .filter(connection -> connection.isOf(socket))
              .toList()
              .forEach(DaemonConnection::drain);
          if (silentGroup != null) {
            loop.execute(() -> silentGroup.drain(socket));
          }
        });
  }

  /** Blocks until a drained group is empty, or until a deadline. For any thread. */
  void awaitDrained(long deadlineNanos) throws InterruptedException {
    drained.await(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
  }

  private void completeDrain() {
    if (draining && connections.isEmpty()) {
      drained.trySuccess(null);
    }
  }

  private void sweep() {
    int swept = 0;
    try {
      swept = sweepSome();
    } finally {
      long pause = swept == SWEPT_AT_A_TIME ? NEXT_SWEEP_MS : SWEEP_MS;
      loop.schedule(this::sweep, pause, TimeUnit.MILLISECONDS);
    }
  }

  private int sweepSome() {
    ConnectionGroup target = draining || connections.size() <= capacity / 2 ? null : silentGroup;
    long now = System.nanoTime();
    int swept = 0;
    Iterator<DaemonConnection> byTime = connections.iterator();
    while (swept < SWEPT_AT_A_TIME && byTime.hasNext()) {
      DaemonConnection connection = byTime.next();
      long silent = connection.silentNanos(now);
      if (silent >= LIFETIME.toNanos()) {
        byTime.remove();
        connection.close();
        swept++;
      } else if (target == null || silent < MOVED_FROM_NANOS) {
        break;
      } else if (silent < MOVED_UNTIL_NANOS) {
        byTime.remove();
        connection.moveTo(target);
        swept++;
      }
    }
    return swept;
  }
}
