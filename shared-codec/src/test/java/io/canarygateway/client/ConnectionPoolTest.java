package io.canarygateway.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConnectionPoolTest {

  private final Vertx vertx = Vertx.vertx();
  private final Context loop = vertx.getOrCreateContext();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger accepted = new AtomicInteger();
  private final AtomicInteger counted = new AtomicInteger();
  private HttpServer server;

  @BeforeEach
  void listen() throws Exception {
    server =
        vertx
            .createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(false))
            .connectionHandler(
                connection -> {
                  accepted.incrementAndGet();
                  open.incrementAndGet();
                  connection.closeHandler(v -> open.decrementAndGet());
                })
            .requestHandler(request -> request.response().end())
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(5, TimeUnit.SECONDS);
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
  }

  @Test
  void aReleasedConnectionIsUsedAgain() throws Exception {
    ConnectionPool pool = pool(10, 10, Duration.ofMinutes(1));
    Waiting first = acquire(pool);
    PooledConnection connection = first.connection();
    onLoop(() -> release(connection, true));
    assertThat(acquire(pool).connection()).isSameAs(connection);
    await().untilAsserted(() -> assertThat(accepted).hasValue(1));
  }

  @Test
  void aWaiterGetsTheNextPlaceAndACancelledOneNone() throws Exception {
    ConnectionPool pool = pool(10, 1, Duration.ofMinutes(1));
    PooledConnection only = acquire(pool).connection();
    Waiting second = acquire(pool);
    onLoop(
        () -> {
          pool.cancel(second);
          return null;
        });
    Waiting third = new Waiting();
    // One waiter is allowed for one connection; the cancelled one left its place.
    onLoop(
        () -> {
          pool.acquire(third, false);
          return null;
        });
    onLoop(() -> release(only, true));
    assertThat(third.connection()).isSameAs(only);
    assertThat(second.got).isEmpty();
    await().untilAsserted(() -> assertThat(accepted).hasValue(1));
  }

  @Test
  void moreWaitersThanConnectionsAreRefused() throws Exception {
    ConnectionPool pool = pool(10, 1, Duration.ofMinutes(1));
    acquire(pool).connection();
    acquire(pool);
    Waiting refused = acquire(pool);
    await().untilAsserted(() -> assertThat(refused.failures).hasSize(1));
    assertThat(refused.failures.get(0)).isInstanceOf(PoolFullException.class);
  }

  @Test
  void nomoreThanTheIdleLimitAreKept() throws Exception {
    ConnectionPool pool = pool(2, 10, Duration.ofMinutes(1));
    List<Waiting> all = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      all.add(acquire(pool));
    }
    for (Waiting waiting : all) {
      waiting.connection();
    }
    await().untilAsserted(() -> assertThat(accepted).hasValue(5));
    for (Waiting waiting : all) {
      PooledConnection connection = waiting.connection();
      onLoop(() -> release(connection, true));
    }
    await().untilAsserted(() -> assertThat(open).hasValue(2));
    assertThat(counted).hasValue(2);
  }

  @Test
  void anIdleConnectionIsClosedByAge() throws Exception {
    ConnectionPool pool = pool(2, 10, Duration.ofMillis(100));
    PooledConnection connection = acquire(pool).connection();
    onLoop(() -> release(connection, true));
    await().untilAsserted(() -> assertThat(open).hasValue(0));
  }

  @Test
  void aRefusedConnectReachesEveryWaiter() throws Exception {
    server.close().toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
    ConnectionPool pool = pool(2, 2, Duration.ofMinutes(1));
    List<Waiting> all = List.of(acquire(pool), acquire(pool), acquire(pool), acquire(pool));
    await().untilAsserted(() -> assertThat(all).allSatisfy(w -> assertThat(w.failures).hasSize(1)));
  }

  @Test
  void aRetiredPoolServesWhoStillKnowsIt() throws Exception {
    ConnectionPool pool = pool(2, 2, Duration.ofMinutes(1));
    PooledConnection before = acquire(pool).connection();
    onLoop(() -> release(before, true));
    onLoop(
        () -> {
          pool.retire();
          return null;
        });
    await().untilAsserted(() -> assertThat(open).hasValue(0));
    PooledConnection after = acquire(pool).connection();
    onLoop(() -> release(after, true));
    await().untilAsserted(() -> assertThat(open).hasValue(0));
    await().untilAsserted(() -> assertThat(accepted).hasValue(2));
  }

  private ConnectionPool pool(int maxIdle, int maxConns, Duration idleTimeout) throws Exception {
    Endpoint endpoint =
        new Endpoint(
            false,
            "127.0.0.1",
            server.actualPort(),
            false,
            Duration.ofSeconds(2),
            maxIdle,
            maxConns,
            idleTimeout,
            Duration.ofMinutes(5));
    return onLoop(() -> new ConnectionPool(vertx, endpoint, counted));
  }

  private Waiting acquire(ConnectionPool pool) throws Exception {
    Waiting waiting = new Waiting();
    onLoop(
        () -> {
          pool.acquire(waiting, false);
          return null;
        });
    return waiting;
  }

  private static Void release(PooledConnection connection, boolean reusable) {
    connection.release(reusable);
    return null;
  }

  private <T> T onLoop(Callable<T> call) throws InterruptedException, ExecutionException {
    java.util.concurrent.CompletableFuture<T> done = new java.util.concurrent.CompletableFuture<>();
    loop.runOnContext(
        v -> {
          try {
            done.complete(call.call());
          } catch (Exception e) {
            done.completeExceptionally(e);
          }
        });
    return done.get();
  }

  private static final class Waiting implements ConnectionPool.Waiter {

    final List<PooledConnection> got = Collections.synchronizedList(new ArrayList<>());
    final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void connected(PooledConnection connection) {
      got.add(connection);
    }

    @Override
    public void refused(Throwable cause) {
      failures.add(cause);
    }

    PooledConnection connection() {
      await().untilAsserted(() -> assertThat(got).hasSize(1));
      return got.get(0);
    }
  }
}
