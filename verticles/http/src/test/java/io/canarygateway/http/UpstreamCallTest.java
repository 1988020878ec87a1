package io.canarygateway.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NothingLost.class)
class UpstreamCallTest {

  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

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

  @Test
  void aConnectionIsUsedAgain() {
    UpstreamTarget pool = loop.pool(server.port(), 4);
    for (int i = 0; i < 5; i++) {
      assertThat(get(pool).await().text()).isEqualTo("ok");
    }
    assertThat(server.accepted()).isEqualTo(1);
  }

  /** The first read takes 2,048 bytes, so bytes behind the response come with the next read. */
  @Test
  void bytesBehindAResponseNeverReachTheNextCall() {
    String head = "HTTP/1.1 200 OK\r\nContent-Length: ";
    int bodyBytes = 2_048 - head.length() - "1234\r\n\r\n".length();
    String response = head + bodyBytes + "\r\n\r\n" + "x".repeat(bodyBytes);
    assertThat(response).hasSize(2_048);
    UpstreamTarget pool = loop.pool(server.port(), 1);
    RecordedCall second = new RecordedCall();
    RecordedCall first =
        new RecordedCall() {
          @Override
          public void responseEnded(Head trailers) {
            super.responseEnded(trailers);
            second.begin(pool, "POST", 0, false);
          }
        };
    server.use(scriptOnce(response));
    first.begin(loop, pool, "GET").await();
    second.await();
    assertThat(second.failure).isNull();
    assertThat(second.head.first("Set-Cookie")).isNull();
    assertThat(second.text()).isEqualTo("ok");
    assertThat(server.accepted()).isEqualTo(2);
  }

  private RawServer.Script scriptOnce(String response) {
    return socket -> {
      server.use(RawServer.answering(OK));
      RawServer.readHead(socket);
      RawServer.write(
          socket, response + "HTTP/1.1 200 OK\r\nSet-Cookie: evil=1\r\nContent-Length: 0\r\n\r\n");
      RawServer.readHead(socket);
    };
  }

  @Test
  void anAbandonedCallHearsNothingOfWhatIsBrokenBehind() throws Exception {
    server.use(
        socket -> {
          RawServer.readHead(socket);
          RawServer.write(
              socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\nbroken");
          RawServer.readHead(socket);
        });
    UpstreamTarget pool = loop.pool(server.port(), 1);
    CountDownLatch abandoned = new CountDownLatch(1);
    RecordedCall call =
        new RecordedCall() {
          @Override
          public void responsePart(ByteBuf part) {
            super.responsePart(part);
            call.abandon();
            abandoned.countDown();
          }
        };
    call.begin(loop, pool, "GET");
    assertThat(abandoned.await(30, TimeUnit.SECONDS)).isTrue();
    await().until(() -> loop.upstreamConnections.get() == 0);
    assertThat(call.hasEnded()).isFalse();
  }

  @Test
  void whatWasHeldBackByAPauseIsFlushed() throws Exception {
    UpstreamTarget pool = loop.pool(server.port(), 1);
    BlockingQueue<String> events = new LinkedBlockingQueue<>();
    RecordedCall call =
        new RecordedCall() {
          @Override
          public void responded(ResponseHead head, long length) {
            super.responded(head, length);
            call.pause();
          }

          @Override
          public void responsePart(ByteBuf part) {
            super.responsePart(part);
            events.add("part");
          }

          @Override
          public void responseFlushed() {
            events.add("flush");
          }
        };
    server.use(
        socket -> {
          RawServer.readHead(socket);
          RawServer.write(
              socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n");
          RawServer.readHead(socket);
        });
    call.begin(loop, pool, "GET").awaitHead();
    assertThat(events.poll(30, TimeUnit.SECONDS)).isEqualTo("flush");
    loop.run(call.call::resume);
    assertThat(events.poll(30, TimeUnit.SECONDS)).isEqualTo("part");
    assertThat(events.poll(30, TimeUnit.SECONDS)).isEqualTo("flush");
    loop.run(call.call::abandon);
  }

  @Test
  void aConnectionThatWasPausedAtItsResponsesEndIsUsedAgain() {
    UpstreamTarget pool = loop.pool(server.port(), 1);
    RecordedCall first =
        new RecordedCall() {
          @Override
          public void responsePart(ByteBuf part) {
            super.responsePart(part);
            call.pause();
          }
        };
    first.begin(loop, pool, "GET").await();
    assertThat(get(pool).await().text()).isEqualTo("ok");
    assertThat(server.accepted()).isEqualTo(1);
  }

  /** Bytes behind the response wait in the system while nothing is read. */
  @Test
  void bytesThatWaitedForTheEndOfAPauseNeverReachTheNextCall() throws Exception {
    CountDownLatch paused = new CountDownLatch(1);
    CountDownLatch written = new CountDownLatch(1);
    server.use(
        socket -> {
          server.use(RawServer.answering(OK));
          RawServer.readHead(socket);
          RawServer.write(socket, OK.substring(0, OK.length() - 1));
          paused.await();
          RawServer.write(socket, "k" + OK);
          written.countDown();
          RawServer.readHead(socket);
        });
    UpstreamTarget pool = loop.pool(server.port(), 1);
    RecordedCall second = new RecordedCall();
    RecordedCall first =
        new RecordedCall() {
          @Override
          public void responsePart(ByteBuf part) {
            super.responsePart(part);
            call.pause();
            paused.countDown();
          }

          @Override
          public void responseEnded(Head trailers) {
            super.responseEnded(trailers);
            second.begin(pool, "POST", 0, false);
          }
        };
    first.begin(loop, pool, "GET");
    assertThat(written.await(30, TimeUnit.SECONDS)).isTrue();
    loop.run(first.call::resume);
    first.await();
    assertThat(second.await().failure).isNull();
    assertThat(server.accepted()).isEqualTo(2);
  }

  @Test
  void aServerThatNeverReadsAnEarlyAnsweredBodyHangsNobody() throws Exception {
    int large = 32 << 20;
    server.use(
        socket -> {
          RawServer.readHead(socket);
          RawServer.write(socket, OK);
          new CountDownLatch(1).await();
        });
    UpstreamTarget pool = loop.pool(server.port(), 1);
    RecordedCall first =
        new RecordedCall() {
          @Override
          public void bodyWanted() {
            call.write(Unpooled.wrappedBuffer(new byte[large]));
            call.finishBody();
          }
        };
    first.begin(loop, pool, "POST", large).await();
    assertThat(first.text()).isEqualTo("ok");
    server.use(RawServer.answering(OK));
    RecordedCall second =
        new RecordedCall() {
          @Override
          public void bodyWanted() {
            upstreamWritable();
          }

          @Override
          public void upstreamWritable() {
            if (call.writable()) {
              call.write(Unpooled.wrappedBuffer("x".getBytes(US_ASCII)));
              call.finishBody();
            }
          }
        };
    assertThat(second.begin(loop, pool, "POST", 1).await().text()).isEqualTo("ok");
  }

  @Test
  void anEarlyAnswerComesWhileTheBodyIsSent() {
    UpstreamTarget pool = loop.pool(server.port(), 1);
    RecordedCall call = new RecordedCall().begin(loop, pool, "POST", 100);
    assertThat(call.await().text()).isEqualTo("ok");
    loop.run(call.call::finishBody);
    assertThat(get(pool).await().text()).isEqualTo("ok");
    assertThat(server.accepted()).as("half a request was sent on the first").isEqualTo(2);
  }

  @Test
  void aReusedConnectionThatClosesIsReplacedForASafeRequestOnly() {
    RawServer.Script twice =
        socket -> {
          RawServer.readHead(socket);
          RawServer.write(socket, OK);
          RawServer.readHead(socket);
        };
    server.use(twice);
    UpstreamTarget pool = loop.pool(server.port(), 1);
    get(pool).await();
    RecordedCall second = get(pool).await();
    assertThat(second.retries).isEqualTo(1);
    assertThat(second.text()).isEqualTo("ok");
    RecordedCall third = new RecordedCall().begin(loop, pool, "DELETE").await();
    assertThat(third.retries).isZero();
    assertThat(third.failureKind()).isEqualTo(CallFailure.Kind.RESET);
  }

  @Test
  void aFreshConnectionThatClosesIsAFailure() {
    server.use(RawServer::readHead);
    RecordedCall call = get(loop.pool(server.port(), 1)).await();
    assertThat(call.failureKind()).isEqualTo(CallFailure.Kind.RESET);
    assertThat(call.retries).isZero();
  }

  @Test
  void aResetIsAFailureEvenOfAnUntilCloseBody() {
    server.use(
        socket -> {
          RawServer.readHead(socket);
          RawServer.write(socket, "HTTP/1.1 200 OK\r\n\r\nhalf");
          reset(socket);
        });
    RecordedCall call = get(loop.pool(server.port(), 1)).await();
    assertThat(call.failureKind()).isEqualTo(CallFailure.Kind.RESET);
  }

  private static void reset(Socket socket) throws Exception {
    socket.setSoLinger(true, 0);
    socket.close();
  }
}
