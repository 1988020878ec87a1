package io.canarygateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Upstreams with several addresses: the choice, refused connections, ejection, health checks. */
class SeveralAddressesTest {

  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String BUSY = "HTTP/1.1 503 Busy\r\nContent-Length: 2\r\n\r\nno";
  private static final HealthCheck CHECK =
      new HealthCheck("/up", "", Duration.ofMillis(100), Duration.ofSeconds(1), 2, 3);

  private final TestLoop loop = new TestLoop();
  private final RawServer one = new RawServer(RawServer.answering(OK));
  private final RawServer two = new RawServer(RawServer.answering(OK));
  private final AtomicLong clock = new AtomicLong(System.nanoTime());
  private final AtomicInteger ejections = new AtomicInteger();
  private final List<Socket> refusing = new ArrayList<>();
  private final UpstreamDirectory directory =
      new UpstreamDirectory(
          loop, NameServers.ofSystem(loop), clock::get, which -> ejections.incrementAndGet());

  @AfterEach
  void stop() throws Exception {
    one.close();
    two.close();
    loop.close();
    for (Socket bound : refusing) {
      bound.close();
    }
  }

  private UpstreamTarget target(Optional<HealthCheck> check, int... ports) {
    List<Integer> all = new ArrayList<>();
    for (int port : ports) {
      all.add(port);
    }
    return loop.call(() -> directory.open(loop.upstreams(), TestLoop.settings(all, check)));
  }

  private UpstreamTarget both() {
    return target(Optional.empty(), one.port(), two.port());
  }

  private RecordedCall get(UpstreamTarget target) {
    return new RecordedCall().begin(loop, target, "GET");
  }

  /** A port at which nobody listens, nor anybody else can. */
  private int refusingPort() throws Exception {
    Socket bound = new Socket();
    refusing.add(bound);
    bound.bind(new InetSocketAddress("127.0.0.1", 0));
    return bound.getLocalPort();
  }

  @Test
  void aRefusedConnectionIsFollowedByTheNextAddressForAnyMethod() throws Exception {
    UpstreamTarget target = target(Optional.empty(), refusingPort(), one.port());
    for (int i = 0; i < 20; i++) {
      RecordedCall call =
          new RecordedCall() {
            @Override
            public void bodyWanted() {
              call.write(Unpooled.copiedBuffer("body", StandardCharsets.US_ASCII));
              call.finishBody();
            }
          };
      one.use(
          socket -> {
            RawServer.readHead(socket);
            assertThat(socket.getInputStream().readNBytes(4)).asString().isEqualTo("body");
            RawServer.write(
                socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
          });
      assertThat(call.begin(loop, target, "POST", 4).await().failure).isNull();
      assertThat(call.text()).isEqualTo("ok");
      assertThat(call.retries).isZero();
    }
    assertThat(one.accepted()).isEqualTo(20);
  }

  @Test
  void onlyIfEachAddressRefusesTheCallFails() throws Exception {
    UpstreamTarget target = target(Optional.empty(), refusingPort(), refusingPort());
    assertThat(get(target).await().failureKind()).isEqualTo(CallFailure.Kind.CONNECT);
  }

  @Test
  void theAddressWithFewerRequestsInFlightIsChosen() {
    CountDownLatch go = new CountDownLatch(1);
    two.use(
        socket -> {
          while (!RawServer.readHead(socket).isEmpty()) {
            go.await();
            RawServer.write(socket, OK);
          }
        });
    UpstreamTarget target = both();
    List<RecordedCall> calls = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      int slow = two.accepted();
      RecordedCall call = get(target);
      calls.add(call);
      await()
          .pollInterval(Duration.ofMillis(1))
          .until(() -> call.hasEnded() || two.accepted() > slow);
    }
    go.countDown();
    calls.forEach(call -> assertThat(call.await().text()).isEqualTo("ok"));
    assertThat(two.accepted()).as("calls to the slow address").isEqualTo(1);
  }

  @Test
  void anAddressThatFailsFiveTimesInARowIsOutForHalfAMinute() {
    two.use(RawServer.answering(BUSY));
    UpstreamTarget target = both();
    await()
        .until(
            () -> {
              get(target).await();
              return target.endpoints().view().ejected() == 1;
            });
    await().until(() -> ejections.get() == 1);
    for (int i = 0; i < 20; i++) {
      assertThat(get(target).await().text()).isEqualTo("ok");
    }
    two.use(RawServer.answering(OK));
    clock.addAndGet(Duration.ofSeconds(29).toNanos());
    get(target).await();
    assertThat(target.endpoints().view().up()).isEqualTo(1);
    clock.addAndGet(Duration.ofSeconds(1).toNanos());
    await().until(() -> target.endpoints().view().up() == 2);
    assertThat(target.endpoints().view().usable()).hasSize(2);
  }

  @Test
  void atMostHalfIsEjected() {
    one.use(RawServer.answering(BUSY));
    two.use(RawServer.answering(BUSY));
    UpstreamTarget target = both();
    for (int i = 0; i < 60; i++) {
      assertThat(get(target).await().head.status()).isEqualTo(503);
    }
    await().until(() -> target.endpoints().view().ejected() == 1);
    assertThat(target.endpoints().view().usable()).hasSize(1);
  }

  @Test
  void theOnlyAddressStays() {
    one.use(RawServer.answering(BUSY));
    UpstreamTarget target = target(Optional.empty(), one.port());
    for (int i = 0; i < 20; i++) {
      get(target).await();
    }
    assertThat(target.endpoints().view().up()).isEqualTo(1);
    assertThat(ejections).hasValue(0);
  }

  @Test
  void anAddressThatFailsItsChecksGetsNoRequestsUntilItPassesThem() {
    two.use(checked(BUSY));
    UpstreamTarget target = target(Optional.of(CHECK), one.port(), two.port());
    passTimeUntil(target, 1);
    for (int i = 0; i < 20; i++) {
      assertThat(get(target).await().text()).isEqualTo("ok");
    }
    two.use(checked("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n"));
    passTimeUntil(target, 2);
  }

  @Test
  void ifNoAddressIsHealthyAllGetRequests() {
    one.use(checked(BUSY));
    two.use(checked(BUSY));
    UpstreamTarget target = target(Optional.of(CHECK), one.port(), two.port());
    passTimeUntil(target, 0);
    assertThat(target.endpoints().view().usable()).hasSize(2);
    assertThat(get(target).await().text()).isEqualTo("ok");
  }

  private void passTimeUntil(UpstreamTarget target, int up) {
    await()
        .until(
            () -> {
              clock.addAndGet(Duration.ofMillis(50).toNanos());
              return target.endpoints().view().up() == up;
            });
  }

  /** Answers checks with one response, and requests with another. */
  private static RawServer.Script checked(String response) {
    return socket -> {
      for (String head = RawServer.readHead(socket);
          !head.isEmpty();
          head = RawServer.readHead(socket)) {
        boolean check = head.startsWith("GET /up HTTP/1.1\r\nHost: 127.0.0.1:");
        RawServer.write(socket, check ? response : OK);
      }
    };
  }
}
