package io.canarygateway.client;

import io.vertx.core.Future;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.RequestOptions;

/** A connection on loan from a {@link ConnectionPool}; to be given back by {@link #release}. */
public final class PooledConnection {

  private final ConnectionPool pool;
  private final HttpClientConnection connection;
  private int uses;
  private boolean closed;
  long idleSinceNanos;

  PooledConnection(ConnectionPool pool, HttpClientConnection connection) {
    this.pool = pool;
    this.connection = connection;
    connection.closeHandler(
        v -> {
          closed = true;
          pool.closed(this);
        });
  }

  /** Begins a request; only one at a time. */
  public Future<HttpClientRequest> request(RequestOptions options) {
    uses++;
    return connection.request(options);
  }

  /**
   * Whether the current request is not the connection's first, so that the server may have left it.
   */
  public boolean reused() {
    return uses > 1;
  }

  /**
   * Gives the connection back.
   *
   * @param reusable whether request and response are both complete and the server keeps it open;
   *     otherwise it is closed
   */
  public void release(boolean reusable) {
    if (!closed) {
      pool.release(this, reusable);
    }
  }

  boolean isClosed() {
    return closed;
  }

  void close() {
    connection.close();
  }
}
