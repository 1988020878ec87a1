package io.canarygateway.http;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The connections of one event loop to one server. Idle ones are reused last in, first out, and
 * closed by age; a call without a connection waits, at most as many as there may be connections,
 * and may leave the queue at any time. All calls come from the event loop.
 */
public final class UpstreamPool {

  private static final int CLOSED_AT_A_TIME = 64;

  /** A call that wants a connection. */
  interface Waiter {

    /** A connection is there. */
    void connected(UpstreamConnection connection);

    /** There is none to be had. */
    void refused(CallFailure failure);
  }

  private final UpstreamLoop loop;
  private final Endpoint endpoint;
  private final Connector connector;
  private final UpstreamLoop.Swept sweeper = this::sweep;
  private final Home home = new Home();
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
    this.connector = new Connector(loop, endpoint, home);
    this.waits = new Deadlines(endpoint.timeout().toNanos());
    this.quiet = new Deadlines(endpoint.quiet().toNanos());
    this.aging = new Deadlines(endpoint.idleTimeout().toNanos());
    loop.add(sweeper);
  }

  /**
   * Closes the idle connections now and each other one when it comes back. A call that still knows
   * the pool is served all the same.
   */
  public void retire() {
    retired = true;
    while (!idle.isEmpty()) {
      idle.poll().close();
    }
    forgetWhenUnused();
  }

  /** Gets a connection for a call, at once if one is idle and a used one is good enough. */
  void acquire(Waiter call, boolean fresh) {
    if (retired) {
      loop.add(sweeper); // It may have been forgotten, and the call has deadlines.
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

  /** Takes a call out of the queue, if it still is in it. */
  void cancel(Waiter call) {
    waiting.remove(call);
  }

  /** Calls that wait for the server to take or answer something. */
  Deadlines waits() {
    return waits;
  }

  /** Calls whose response has begun. */
  Deadlines quiet() {
    return quiet;
  }

  long now() {
    return loop.now();
  }

  /** Whether a call has one timeout for all of it. */
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

  private UpstreamConnection pollIdle() {
    UpstreamConnection connection = idle.poll();
    while (connection != null && connection.isClosed()) {
      connection = idle.poll();
    }
    if (connection != null) {
      connection.aging.cancel();
    }
    return connection;
  }

  private Waiter pollWaiting() {
    Iterator<Waiter> first = waiting.iterator();
    if (!first.hasNext()) {
      return null;
    }
    Waiter call = first.next();
    first.remove();
    return call;
  }

  /** A retired pool is looked after as long as calls or connections of it are left. */
  private void forgetWhenUnused() {
    if (retired && open == 0 && connecting == 0 && waiting.isEmpty()) {
      loop.remove(sweeper);
    }
  }

  /** What the connections see of the pool. */
  private final class Home implements Connector.Outcome {

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
      // Connections that are under way may still serve as many; the others learn why there is none.
      if (waiting.size() > connecting) {
        boolean timeout =
            cause instanceof ConnectTimeoutException
                || cause instanceof SslHandshakeTimeoutException;
        pollWaiting()
            .refused(
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
