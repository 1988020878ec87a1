package io.canarygateway.http;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one event loop to one upstream. The idle connection that was used last is
 * reused first, and idle ones are closed by age. A call without a connection waits in a queue,
 * which is as long as the number of connections allowed. Confined to that event loop.
 */
public final class UpstreamPool {

  private static final int CLOSED_AT_A_TIME = 64;

  /** A call that needs a connection. */
  interface Waiter {

    /** The call has a connection. */
    void connected(UpstreamConnection connection);

    /** The call cannot have a connection. */
    void refused(CallFailure failure);
  }

  private final UpstreamLoop loop;
  private final Endpoint endpoint;
  private final Connector connector;
  private final UpstreamLoop.Sweeper sweeper = this::sweep;
  private final ConnectionEvents events = new ConnectionEvents();
  private final Deque<UpstreamConnection> idle = new ArrayDeque<>();
  private final Set<Waiter> waiting = new LinkedHashSet<>();
  private int open;
  private int connecting;
  private boolean retired;

  private final Deadlines waits;

  private final Deadlines quiet;

  private final Deadlines aging;

  /** A pool without connections yet. */
  public UpstreamPool(UpstreamLoop loop, Endpoint endpoint) {
    this.loop = loop;
    this.endpoint = endpoint;
    this.connector = new Connector(loop, endpoint, events);
    this.waits = new Deadlines(endpoint.timeout().toNanos());
    this.quiet = new Deadlines(endpoint.quiet().toNanos());
    this.aging = new Deadlines(endpoint.idleTimeout().toNanos());
    loop.add(sweeper);
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
    forgetWhenUnused();
  }

  /**
   * Gets a connection for a call: an idle one at once, else a new one later.
   *
   * @param fresh whether the connection has to be a new one
   */
  void acquire(Waiter call, boolean fresh) {
    if (retired) {
      loop.add(sweeper); // It may have been removed, and the call has deadlines.
    }
    UpstreamConnection reusable = fresh ? null : pollIdle();
    if (reusable != null) {
      call.connected(reusable);
    } else if (waiting.size() - connecting >= endpoint.maxConns()) {
      call.refused(
          new CallFailure(
              CallFailure.Kind.FULL,
              "no connection to " + endpoint.name() + " is free and too many requests wait"));
    } else {
      waiting.add(call);
      connectForWaiting();
    }
  }

  /** Removes a call from the queue, if it is in it. */
  void cancel(Waiter call) {
    waiting.remove(call);
  }

  /** The deadlines of calls that wait for the upstream to take or answer something. */
  Deadlines waits() {
    return waits;
  }

  /** The deadlines of calls whose response has begun. */
  Deadlines quiet() {
    return quiet;
  }

  long now() {
    return loop.now();
  }

  /** Whether one timeout holds for the whole of a call. */
  boolean wholeCall() {
    return endpoint.wholeCall();
  }

  private void sweep(long now) {
    waits.sweep(now);
    quiet.sweep(now);
    aging.sweep(now);
    for (int i = 0; i < CLOSED_AT_A_TIME && !idle.isEmpty() && loop.crowded(); i++) {
      idle.removeLast().close();
    }
  }

  private void connectForWaiting() {
    while (waiting.size() > connecting && open + connecting < endpoint.maxConns()) {
      connecting++;
      connector.connect();
    }
  }

  private @Nullable UpstreamConnection pollIdle() {
    UpstreamConnection connection = idle.poll();
    while (connection != null && connection.isClosed()) {
      connection = idle.poll();
    }
    if (connection != null) {
      connection.aging.cancel();
    }
    return connection;
  }

  private @Nullable Waiter pollWaiting() {
    Iterator<Waiter> first = waiting.iterator();
    if (!first.hasNext()) {
      return null;
    }
    Waiter call = first.next();
    first.remove();
    return call;
  }

  /** Stops the sweeps of a retired pool once no call and no connection is left. */
  private void forgetWhenUnused() {
    if (retired && open == 0 && connecting == 0 && waiting.isEmpty()) {
      loop.remove(sweeper);
    }
  }

  /** The part of the pool that its connections and its connector call. */
  private final class ConnectionEvents implements Connector.Outcome {

    @Override
    public void released(UpstreamConnection connection) {
      Waiter next = pollWaiting();
      if (next != null) {
        next.connected(connection);
      } else if (!retired && !loop.crowded() && idle.size() < endpoint.maxIdle()) {
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
      if (connection.isClosed()) {
        connectForWaiting();
        forgetWhenUnused();
        return;
      }
      open++;
      loop.openConnections().incrementAndGet();
      connection.counted = true;
      released(connection);
    }

    @Override
    public void connectFailed(Throwable cause) {
      connecting--;
      // Each connection that is still being made can serve one waiting call. One more call fails.
      Waiter unserved = waiting.size() > connecting ? pollWaiting() : null;
      if (unserved != null) {
        boolean timeout =
            cause instanceof ConnectTimeoutException
                || cause instanceof SslHandshakeTimeoutException;
        unserved.refused(
            new CallFailure(
                timeout ? CallFailure.Kind.CONNECT_TIMEOUT : CallFailure.Kind.CONNECT,
                cause.toString()));
      }
      connectForWaiting();
      forgetWhenUnused();
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
        forgetWhenUnused();
      }
    }
  }
}
