package io.canarygateway.proxy;

import io.canarygateway.config.ServerConfig;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The client connections of one event loop. Closes those that take too long for their first request
 * or are idle for too long, by one sweep over all instead of a timer each.
 */
final class ClientConnections {

  private static final long SWEEP_MS = 250;

  private final ServerConfig server;
  private final AtomicInteger openConnections;
  private final Map<HttpConnection, ClientConnection> open = new HashMap<>();
  private final Promise<Void> allBegun = Promise.promise();
  private int notBegun;
  private boolean ending;

  ClientConnections(Vertx vertx, ServerConfig server, AtomicInteger openConnections) {
    this.server = server;
    this.openConnections = openConnections;
    vertx.setPeriodic(SWEEP_MS, id -> sweep());
  }

  /** Begins to watch a connection. */
  void opened(HttpConnection connection) {
    ClientConnection client = new ClientConnection(connection);
    open.put(connection, client);
    openConnections.incrementAndGet();
    notBegun++;
    connection.closeHandler(
        v -> {
          remove(connection);
          client.closed();
        });
  }

  /** The state of a connection that is open. */
  ClientConnection of(HttpConnection connection) {
    return open.get(connection);
  }

  /**
   * To be called once no more connections will be opened.
   *
   * @return done once the first request of each connection that is open has come
   */
  Future<Void> allBegun() {
    ending = true;
    checkAllBegun();
    return allBegun.future();
  }

  private void remove(HttpConnection connection) {
    ClientConnection client = open.remove(connection);
    if (client != null) {
      openConnections.decrementAndGet();
      client.noLongerAwaited();
    }
  }

  private void checkAllBegun() {
    if (ending && notBegun == 0) {
      allBegun.tryComplete();
    }
  }

  private void sweep() {
    long now = System.nanoTime();
    List<HttpConnection> overdue = new ArrayList<>();
    open.forEach(
        (connection, client) -> {
          if (client.overdue(now)) {
            overdue.add(connection);
          }
        });
    overdue.forEach(HttpConnection::close);
  }

  /** One client connection: the exchange on it, or since when it waits for one. */
  final class ClientConnection {

    private final HttpConnection connection;
    private Exchange current;
    private boolean begun;
    private long waitingSinceNanos = System.nanoTime();
    private long mayWaitNanos = server.readTimeout().toNanos();

    private ClientConnection(HttpConnection connection) {
      this.connection = connection;
    }

    void begin(Exchange exchange) {
      current = exchange;
      noLongerAwaited();
    }

    private void noLongerAwaited() {
      if (!begun) {
        begun = true;
        notBegun--;
        checkAllBegun();
      }
    }

    void end(Exchange exchange) {
      if (current == exchange) {
        current = null;
        waitingSinceNanos = System.nanoTime();
        mayWaitNanos = server.idleTimeout().toNanos();
      }
    }

    /** Stops watching. */
    void forget() {
      remove(connection);
    }

    private boolean overdue(long now) {
      return current == null && now - waitingSinceNanos > mayWaitNanos;
    }

    private void closed() {
      if (current != null) {
        current.clientGone();
      }
    }
  }
}
