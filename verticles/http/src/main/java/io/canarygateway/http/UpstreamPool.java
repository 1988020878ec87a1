package io.canarygateway.http;

import io.netty.channel.ChannelException;
import io.netty.channel.ConnectTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one event loop to one address. The idle connection that was used last is
 * reused first, and idle ones are closed by age. A connection of HTTP/2 carries many calls. A call
 * without a connection waits in a queue, which is as long as the number of connections allowed.
 * Confined to that event loop.
 */
final class UpstreamPool implements ConnectionWaiter.Queue {

  private static final int CLOSED_AT_A_TIME = 64;

  private final UpstreamLoop loop;
  private final Endpoint endpoint;
  private final Connector connector;
  private final Deque<UpstreamConnection> idle = new ArrayDeque<>();
  private final Set<ConnectionWaiter> waiting = new LinkedHashSet<>();
  private final Deadlines aging;
  private final Http2Connections http2;
  private int maxConns;
  private int maxIdle;
  private int open;
  private int connecting;
  private boolean retired;

  /** How many calls a new connection will carry at a time, as far as is known. */
  private int callsEach;

  /** A pool without connections yet. */
  UpstreamPool(UpstreamLoop loop, TargetSettings settings, Endpoint endpoint) {
    this.loop = loop;
    this.endpoint = endpoint;
    this.aging = new Deadlines(settings.idleTimeout().toNanos());
    ConnectionEvents events = new ConnectionEvents();
    this.http2 = new Http2Connections(loop, aging, events);
    this.connector = new Connector(loop, settings, endpoint, events);
    this.callsEach = settings.mayUseHttp2() ? Http2UpstreamConnection.MOST_STREAMS : 1;
    this.maxConns = settings.maxConns();
    this.maxIdle = settings.maxIdle();
  }

  Endpoint endpoint() {
    return endpoint;
  }

  /** Sets the largest numbers of connections, and how long an attempt to connect may take. */
  void limit(int newMaxConns, int newMaxIdle, Duration connectTimeout) {
    maxConns = newMaxConns;
    maxIdle = newMaxIdle;
    connector.limit(connectTimeout);
  }

  /** The number of calls that wait for a connection or use one, tunnels included. */
  int inFlight() {
    return waiting.size() + open - idle.size() + http2.calls();
  }

  /**
   * Closes idle connections now, and each other connection after its call. Calls that still use the
   * pool are served.
   */
  public void retire() {
    retired = true;
    while (!idle.isEmpty()) {
      idle.poll().close();
    }
    http2.retire();
  }

  /** Removes the calls that wait, because the address is gone. */
  List<ConnectionWaiter> takeWaiting() {
    List<ConnectionWaiter> taken = List.copyOf(waiting);
    waiting.clear();
    return taken;
  }

  /**
   * Gets a connection for a call: an idle one at once, else a new one later.
   *
   * @param fresh whether the connection has to be a new one
   */
  void acquire(ConnectionWaiter call, boolean fresh) {
    CallCarrier reusable = fresh && mayConnect() ? null : pollFree();
    if (reusable != null) {
      call.connected(reusable, endpoint);
    } else if (waiting.size() - connecting * callsEach >= maxConns) {
      call.refused(
          new CallFailure(
              CallFailure.Kind.FULL,
              "no connection to " + endpoint + " is free and too many requests wait"));
    } else {
      waiting.add(call);
      call.queued(this);
      connectForWaiting();
    }
  }

  @Override
  public void cancel(ConnectionWaiter call) {
    waiting.remove(call);
  }

  /** Closes idle connections that are too old, and more if there are too many sockets. */
  void sweep(long now) {
    aging.sweep(now);
    for (int i = 0; i < CLOSED_AT_A_TIME && !idle.isEmpty() && loop.crowded(); i++) {
      idle.removeLast().close();
    }
    http2.sweep();
  }

  private boolean mayConnect() {
    return open + http2.size() + connecting < maxConns;
  }

  private void connectForWaiting() {
    while (waiting.size() > connecting * callsEach && mayConnect()) {
      connecting++;
      connector.connect();
    }
  }

  private @Nullable CallCarrier pollFree() {
    CallCarrier stream = http2.open();
    if (stream != null) {
      return stream;
    }
    UpstreamConnection connection = idle.poll();
    while (connection != null && connection.isClosed()) {
      connection = idle.poll();
    }
    if (connection != null) {
      connection.aging.cancel();
    }
    return connection;
  }

  private @Nullable ConnectionWaiter pollWaiting() {
    Iterator<ConnectionWaiter> first = waiting.iterator();
    if (!first.hasNext()) {
      return null;
    }
    ConnectionWaiter call = first.next();
    first.remove();
    return call;
  }

  /** The part of the pool that its connections and its connector call. */
  private final class ConnectionEvents implements ConnectOutcome, Http2Connections.Owner {

    @Override
    public void released(UpstreamConnection connection) {
      ConnectionWaiter next = pollWaiting();
      if (next != null) {
        next.connected(connection, endpoint);
      } else if (!retired && !loop.crowded() && idle.size() < maxIdle) {
        aging.begin(connection.aging, loop.now());
        connection.rest();
        idle.push(connection);
      } else {
        connection.close();
      }
    }

    @Override
    public void connected(UpstreamConnection connection) {
      connecting--;
      callsEach = 1;
      if (!connection.isClosed()) {
        open++;
        loop.openConnections().incrementAndGet();
        connection.counted = true;
        released(connection);
      }
      connectForWaiting(); // More calls may wait than this connection can carry.
    }

    @Override
    public void connected(Http2UpstreamConnection connection) {
      connecting--;
      callsEach = Math.max(1, connection.limit());
      loop.openConnections().incrementAndGet();
      http2.add(connection);
      connectForWaiting();
    }

    @Override
    public ConnectionListener<Http2UpstreamConnection> http2() {
      return http2;
    }

    @Override
    public boolean serveWaiting(Http2UpstreamConnection connection) {
      ConnectionWaiter next = pollWaiting();
      if (next != null) {
        next.connected(Http2Connections.open(connection), endpoint);
      }
      return next != null;
    }

    @Override
    public boolean keepsIdle() {
      return !retired && !loop.crowded() && idle.size() + http2.idle() <= maxIdle;
    }

    @Override
    public void connectionGone() {
      loop.openConnections().decrementAndGet();
      connectForWaiting();
    }

    @Override
    public void connectFailed(Throwable cause) {
      connecting--;
      if (!(cause instanceof ChannelException) || cause instanceof ConnectTimeoutException) {
        endpoint.failed(); // Otherwise it is this process that has no socket left.
      }
      CallFailure failure = CallFailure.toConnect(cause);
      // Connections that are still being made can serve waiting calls. Those of this one fail.
      for (int i = 0; i < callsEach && waiting.size() > connecting * callsEach; i++) {
        Objects.requireNonNull(pollWaiting()).unreachable(endpoint, failure);
      }
      connectForWaiting();
    }

    @Override
    public void closed(UpstreamConnection connection) {
      if (connection.counted) {
        connection.counted = false;
        open--;
        loop.openConnections().decrementAndGet();
        connection.aging.cancel();
        idle.remove(connection);
        connectForWaiting();
      }
    }
  }
}
