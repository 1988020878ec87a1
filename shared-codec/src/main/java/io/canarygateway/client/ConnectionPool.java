package io.canarygateway.client;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpVersion;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The connections of one event loop to one server. Idle ones are reused last in, first out, and
 * closed by age; a request without a connection waits, at most as many as there may be connections,
 * and may leave the queue at any time. All calls come from the event loop that made the pool.
 */
public final class ConnectionPool {

  /** Heads that no HTTP server of note exceeds. */
  private static final int MAX_HEAD_BYTES = 64 * 1024;

  private static final long MIN_SWEEP_MS = 50;
  private static final long MAX_SWEEP_MS = 1_000;

  /** A request that wants a connection. */
  public interface Waiter {

    /** A connection is there. */
    void connected(PooledConnection connection);

    /** None could be made; a {@link PoolFullException} if none was tried. */
    void refused(Throwable cause);
  }

  private final Vertx vertx;
  private final Endpoint endpoint;
  private final AtomicInteger openConnections;
  private final Deque<PooledConnection> idle = new ArrayDeque<>();
  private final Set<Waiter> waiters = new LinkedHashSet<>();
  private final long sweepTimer;
  private HttpClientAgent client;
  private int open;
  private int connecting;
  private boolean retired;

  /**
   * A pool without connections yet.
   *
   * @param openConnections counts the open connections of this and any other pool
   */
  public ConnectionPool(Vertx vertx, Endpoint endpoint, AtomicInteger openConnections) {
    this.openConnections = openConnections;
    this.vertx = vertx;
    this.endpoint = endpoint;
    long sweep =
        Math.max(MIN_SWEEP_MS, Math.min(MAX_SWEEP_MS, endpoint.idleTimeout().toMillis() / 4));
    this.sweepTimer = vertx.setPeriodic(sweep, id -> closeAged());
  }

  private static HttpClientOptions options(Endpoint endpoint) {
    return new HttpClientOptions()
        .setProtocolVersion(HttpVersion.HTTP_1_1)
        .setKeepAlive(true)
        .setPipelining(false)
        .setTcpNoDelay(true)
        .setTcpKeepAlive(true)
        .setSsl(endpoint.tls())
        .setTrustAll(endpoint.insecureSkipVerify())
        .setVerifyHost(!endpoint.insecureSkipVerify())
        // Vert.x closes a connection only after all that is queued was written, which may be never.
        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
        .setIdleTimeout((int) Math.min(Integer.MAX_VALUE, endpoint.lastResort().toMillis()))
        .setConnectTimeout((int) endpoint.connectTimeout().toMillis())
        .setMaxInitialLineLength(MAX_HEAD_BYTES)
        .setMaxHeaderSize(MAX_HEAD_BYTES);
  }

  /**
   * Gets a connection for a waiter, at once if one is idle.
   *
   * @param fresh whether a connection that was used before is no good
   */
  public void acquire(Waiter waiter, boolean fresh) {
    PooledConnection reusable = fresh ? null : pollIdle();
    if (reusable != null) {
      waiter.connected(reusable);
    } else if (waiters.size() - connecting >= endpoint.maxConns()) {
      waiter.refused(new PoolFullException(endpoint.host() + ":" + endpoint.port()));
    } else {
      waiters.add(waiter);
      connectForWaiters();
    }
  }

  /** Takes a waiter out of the queue, if it still is in it. */
  public void cancel(Waiter waiter) {
    waiters.remove(waiter);
  }

  /**
   * Closes the idle connections now and each other one when it comes back. A request that still
   * knows the pool is served all the same.
   */
  public void retire() {
    retired = true;
    vertx.cancelTimer(sweepTimer);
    while (!idle.isEmpty()) {
      idle.poll().close();
    }
    closeClientWhenUnused();
  }

  void release(PooledConnection connection, boolean reusable) {
    Waiter next = reusable ? pollWaiter() : null;
    if (next != null) {
      next.connected(connection);
    } else if (reusable && !retired && idle.size() < endpoint.maxIdle()) {
      connection.idleSinceNanos = System.nanoTime();
      idle.push(connection);
    } else {
      connection.close();
    }
  }

  void closed(PooledConnection connection) {
    open--;
    openConnections.decrementAndGet();
    idle.remove(connection);
    connectForWaiters();
    closeClientWhenUnused();
  }

  private void connectForWaiters() {
    while (waiters.size() > connecting && open + connecting < endpoint.maxConns()) {
      connecting++;
      connect().onComplete(this::connectDone);
    }
  }

  private Future<HttpClientConnection> connect() {
    try {
      return client()
          .connect(
              new HttpConnectOptions()
                  .setHost(endpoint.host())
                  .setPort(endpoint.port())
                  .setSsl(endpoint.tls()));
    } catch (IllegalStateException closed) {
      return Future.failedFuture(closed); // Vert.x itself is shutting down.
    }
  }

  private void connectDone(AsyncResult<HttpClientConnection> result) {
    connecting--;
    if (result.succeeded()) {
      open++;
      openConnections.incrementAndGet();
      release(new PooledConnection(this, result.result()), true);
      return;
    }
    // Connections that are under way may still serve as many; the others learn why there is none.
    if (waiters.size() > connecting) {
      pollWaiter().refused(result.cause());
    }
    connectForWaiters();
    closeClientWhenUnused();
  }

  private PooledConnection pollIdle() {
    PooledConnection connection = idle.poll();
    while (connection != null && connection.isClosed()) {
      connection = idle.poll();
    }
    return connection;
  }

  private Waiter pollWaiter() {
    Iterator<Waiter> first = waiters.iterator();
    if (!first.hasNext()) {
      return null;
    }
    Waiter waiter = first.next();
    first.remove();
    return waiter;
  }

  private void closeAged() {
    long now = System.nanoTime();
    PooledConnection oldest = idle.peekLast();
    while (oldest != null && now - oldest.idleSinceNanos > endpoint.idleTimeout().toNanos()) {
      idle.removeLast().close();
      oldest = idle.peekLast();
    }
  }

  private HttpClientAgent client() {
    if (client == null) {
      client = vertx.createHttpClient(options(endpoint));
    }
    return client;
  }

  private void closeClientWhenUnused() {
    if (retired && client != null && open == 0 && connecting == 0 && waiters.isEmpty()) {
      client.close();
      client = null;
    }
  }
}
