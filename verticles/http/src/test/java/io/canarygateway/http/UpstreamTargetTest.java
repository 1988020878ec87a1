package io.canarygateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFactory;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NothingLost.class)
class UpstreamTargetTest {

  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final Duration SHORT = Duration.ofMillis(500);

  /** For a timeout of a server that answers something before. */
  private static final Duration ENOUGH = Duration.ofSeconds(2);

  private final TestLoop loop = new TestLoop();
  private final RawServer server = new RawServer(RawServer.answering(OK));

  @AfterEach
  void stop() throws Exception {
    server.close();
    loop.close();
  }

  private RecordedCall get(UpstreamTarget pool) {
    return new RecordedCall().begin(loop, pool, "GET");
  }

  private UpstreamTarget pool(String host, int port, Duration timeout) {
    return loop.target(TestLoop.settings(host, port, 2, timeout));
  }

  private static RawServer.Script silent() {
    return socket -> {
      while (!RawServer.readHead(socket).isEmpty()) {
        // Sends nothing.
      }
    };
  }

  @Test
  void callsWaitForConnectionsAndTheirNumberIsLimited() {
    CountDownLatch go = new CountDownLatch(1);
    server.use(
        socket -> {
          while (!RawServer.readHead(socket).isEmpty()) {
            go.await();
            RawServer.write(socket, OK);
          }
        });
    UpstreamTarget pool = loop.pool(server.port(), 2);
    List<RecordedCall> calls = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      calls.add(get(pool));
    }
    await().until(() -> loop.upstreamConnections.get() == 2);
    for (int i = 0; i < 2; i++) {
      calls.add(get(pool));
    }
    assertThat(get(pool).await().failureKind()).isEqualTo(CallFailure.Kind.FULL);
    go.countDown();
    calls.forEach(call -> assertThat(call.await().text()).isEqualTo("ok"));
    assertThat(server.accepted()).isEqualTo(2);
  }

  @Test
  void aCallThatWaitsForAConnectionMayBeAbandoned() {
    CountDownLatch go = new CountDownLatch(1);
    server.use(
        socket -> {
          while (!RawServer.readHead(socket).isEmpty()) {
            go.await();
            RawServer.write(socket, OK);
          }
        });
    UpstreamTarget pool = loop.pool(server.port(), 1);
    RecordedCall first = get(pool);
    RecordedCall waiting = get(pool);
    loop.run(waiting.call::abandon);
    RecordedCall next = get(pool);
    go.countDown();
    assertThat(first.await().text()).isEqualTo("ok");
    assertThat(next.await().text()).isEqualTo("ok");
    assertThat(waiting.hasEnded()).isFalse();
  }

  @Test
  void aCallThatIsAbandonedWhileItConnectsLeavesTheConnectionToTheNext() {
    UpstreamTarget pool = loop.pool(server.port(), 1);
    loop.run(
        () -> {
          RecordedCall call = new RecordedCall();
          call.begin(pool, "GET", 0, true);
          call.call.abandon();
        });
    assertThat(get(pool).await().text()).isEqualTo("ok");
    assertThat(server.accepted()).isEqualTo(1);
  }

  @Test
  void aConnectionThatHasNotBeenUsedBeforeMayBeClosedByTheServerAllTheSame() {
    server.use(
        socket -> {
          server.use(RawServer.answering(OK));
          RawServer.readHead(socket);
        });
    UpstreamTarget pool = loop.pool(server.port(), 1);
    loop.run(
        () -> {
          RecordedCall call = new RecordedCall();
          call.begin(pool, "GET", 0, true);
          call.call.abandon();
        });
    await().until(() -> loop.upstreamConnections.get() == 1);
    RecordedCall call = get(pool).await();
    assertThat(call.text()).isEqualTo("ok");
    assertThat(call.retries).isEqualTo(1);
  }

  @Test
  void aRetiredPoolServesLateCallsWithTheirDeadlines() {
    server.use(silent());
    UpstreamTarget pool = pool("127.0.0.1", server.port(), ENOUGH);
    loop.run(pool::retire);
    assertThat(get(pool).await().failureKind()).isEqualTo(CallFailure.Kind.TIMEOUT);
    await().until(() -> loop.upstreamConnections.get() == 0);
    server.use(RawServer.answering(OK));
    assertThat(get(pool).await().text()).isEqualTo("ok");
    await().until(() -> loop.upstreamConnections.get() == 0);
  }

  @Test
  void aServerThatDoesNotAnswerIsATimeout() {
    server.use(silent());
    UpstreamTarget pool = pool("127.0.0.1", server.port(), SHORT);
    assertThat(get(pool).await().failureKind()).isEqualTo(CallFailure.Kind.TIMEOUT);
    await().until(() -> loop.upstreamConnections.get() == 0);
  }

  @Test
  void aServerThatStopsInTheMiddleIsATimeout() {
    server.use(RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc"));
    RecordedCall call = get(pool("127.0.0.1", server.port(), ENOUGH)).await();
    assertThat(call.failureKind()).isEqualTo(CallFailure.Kind.TIMEOUT);
    assertThat(call.text()).isEqualTo("abc");
  }

  @Test
  void aClosedPortIsAFailureToConnect() throws Exception {
    try (Socket bound = new Socket()) { // So nobody else can listen there.
      bound.bind(new InetSocketAddress("127.0.0.1", 0));
      RecordedCall call = get(loop.pool(bound.getLocalPort(), 1)).await();
      assertThat(call.failureKind()).isEqualTo(CallFailure.Kind.CONNECT);
    }
  }

  @Test
  void aSocketThatCannotBeMadeIsToldOnTheEventLoop() {
    try (TestLoop without =
        new TestLoop() {
          @Override
          public ChannelFactory<? extends Channel> clientChannels() {
            return () -> {
              throw new ChannelException("too many open files");
            };
          }
        }) {
      boolean[] onLoop = new boolean[1];
      RecordedCall call =
          new RecordedCall() {
            @Override
            public void failed(CallFailure failure) {
              onLoop[0] = without.currentLoop().inEventLoop();
              super.failed(failure);
            }
          };
      call.begin(without, without.pool(server.port(), 1), "GET").await();
      assertThat(call.failureKind()).isEqualTo(CallFailure.Kind.CONNECT);
      assertThat(onLoop[0]).isTrue();
    }
  }

  @Test
  void ipv6IsSpoken() throws Exception {
    try (RawServer six = new RawServer("::1", RawServer.answering(OK))) {
      assertThat(get(pool("::1", six.port(), Duration.ofSeconds(5))).await().text())
          .isEqualTo("ok");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "127.0.0.1", "::1"})
  void theResolverOfTheGatewayKnowsNamesAndAddresses(String host) throws Exception {
    try (RawServer there =
        new RawServer(host.equals("::1") ? host : "127.0.0.1", RawServer.answering(OK))) {
      UpstreamTarget pool = pool(host, there.port(), Duration.ofSeconds(5));
      assertThat(get(pool).await().text()).isEqualTo("ok");
    }
  }

  @Test
  void idleConnectionsAreClosedByAge() {
    UpstreamTarget pool =
        loop.target(
            new TargetSettings(
                false,
                List.of(new Server("127.0.0.1", server.port(), "test")),
                false,
                Duration.ofSeconds(5),
                false,
                Duration.ofSeconds(5),
                Duration.ofMillis(50),
                1,
                1,
                Optional.empty()));
    get(pool).await();
    await().until(() -> loop.upstreamConnections.get() == 0);
    assertThat(get(pool).await().text()).isEqualTo("ok");
    assertThat(server.accepted()).isEqualTo(2);
  }

  /** A channel closes in a later turn of the event loop; a call may come before that. */
  @Test
  void aConnectionThatIsBeingClosedIsNotUsed() {
    UpstreamTarget pool = loop.pool(server.port(), 2);
    get(pool).await();
    RecordedCall next = new RecordedCall();
    loop.run(
        () -> {
          List<UpstreamConnection> idle = new ArrayList<>();
          pool.acquire(
              new ConnectionWaiter() {
                @Override
                public void connected(CallCarrier connection, Endpoint endpoint) {
                  idle.add((UpstreamConnection) connection);
                }

                @Override
                public void queued(ConnectionWaiter.Queue where) {}

                @Override
                public void unreachable(Endpoint endpoint, CallFailure failure) {}

                @Override
                public void refused(CallFailure failure) {}
              },
              false);
          UpstreamConnection connection = idle.get(0);
          connection.callEnded(true, true);
          loop.currentLoop()
              .schedule(
                  () -> {
                    connection.overdue(null);
                    next.begin(pool, "DELETE", 0, false);
                  },
                  20,
                  TimeUnit.MILLISECONDS);
        });
    await().until(next::hasEnded);
    assertThat(next.failure).isNull();
    assertThat(next.text()).isEqualTo("ok");
  }
}
