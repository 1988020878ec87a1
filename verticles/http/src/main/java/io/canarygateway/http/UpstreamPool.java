package io.canarygateway.http;

import io.netty.channel.ConnectTimeoutException;
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
public final class UpstreamPool implements UpstreamLoop.Swept {

  private final UpstreamLoop loop;
  private final Endpoint endpoint;
  private final Connector connector;
  private final Deque<UpstreamConnection> idle = new ArrayDeque<>();
  private final Set<UpstreamCall> waiting = new LinkedHashSet<>();
  private int open;
  private int connecting;
  private boolean retired;

  /** Calls that wait for the server to take or answer something. */
  final Deadlines waits;

  /** Calls whose response has begun. */
  final Deadlines quiet;

  private final Deadlines aging;

  /** A pool without connections yet. */
  public UpstreamPool(UpstreamLoop loop, Endpoint endpoint) {
    this.loop = loop;
    this.endpoint = endpoint;
    this.connector = new Connector(loop, this, endpoint);
    this.waits = new Deadlines(endpoint.timeout().toNanos());
    this.quiet = new Deadlines(endpoint.quiet().toNanos());
    this.aging = new Deadlines(endpoint.idleTimeout().toNanos());
    loop.add(this);
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
  void acquire(UpstreamCall call, boolean fresh) {
    UpstreamConnection reusable = fresh ? null : idle.poll();
    if (reusable != null) {
      reusable.aging.cancel();
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
  void cancel(UpstreamCall call) {
    waiting.remove(call);
  }

  void release(UpstreamConnection connection) {
    UpstreamCall next = pollWaiting();
    if (next != null) {
      next.connected(connection);
    } else if (!retired && idle.size() < endpoint.maxIdle()) {
      aging.begin(connection.aging, loop.now());
      idle.push(connection);
    } else {
      connection.close();
    }
  }

  void connected(UpstreamConnection connection) {
    connecting--;
    if (connection.isClosed()) {
      connectForWaiting();
      return;
    }
    open++;
    loop.openConnections().incrementAndGet();
    connection.counted = true;
    release(connection);
  }

  void connectFailed(Throwable cause) {
    connecting--;
    // Connections that are under way may still serve as many; the others learn why there is none.
    if (waiting.size() > connecting) {
      boolean timeout = cause instanceof ConnectTimeoutException;
      pollWaiting()
          .refused(
              new CallFailure(
                  timeout ? CallFailure.Kind.CONNECT_TIMEOUT : CallFailure.Kind.CONNECT,
                  cause.toString()));
    }
    connectForWaiting();
    forgetWhenUnused();
  }

  void closed(UpstreamConnection connection) {
    if (connection.counted) {
      open--;
      loop.openConnections().decrementAndGet();
      connection.aging.cancel();
      idle.remove(connection);
      connectForWaiting();
      forgetWhenUnused();
    }
  }

  UpstreamLoop loop() {
    return loop;
  }

  /** Whether a call has one timeout for all of it. */
  boolean wholeCall() {
    return endpoint.wholeCall();
  }

  @Override
  public void sweep(long now) {
    waits.sweep(now);
    quiet.sweep(now);
    aging.sweep(now);
  }

  private void connectForWaiting() {
    while (waiting.size() > connecting && open + connecting < endpoint.maxConns()) {
      connecting++;
      connector.connect();
    }
  }

  private UpstreamCall pollWaiting() {
    Iterator<UpstreamCall> first = waiting.iterator();
    if (!first.hasNext()) {
      return null;
    }
    UpstreamCall call = first.next();
    first.remove();
    return call;
  }

  /** A retired pool is looked after as long as calls or connections of it are left. */
  private void forgetWhenUnused() {
    if (retired && open == 0 && connecting == 0 && waiting.isEmpty()) {
      loop.remove(this);
    }
  }
}
