package io.canarygateway.http;

import static io.canarygateway.http.RawHttp2.END_STREAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.http.RawHttp2.Frame;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls by HTTP/2 to a server that sends any frames. */
@ExtendWith(NothingLost.class)
class Http2UpstreamTest {

  private static final int REFUSED_STREAM = 7;
  private static final int CANCEL = 8;
  private static final String[] OK = {":status", "200", "x-a", "b"};

  private final TestLoop loop = new TestLoop();
  private final Queue<String> seen = new ConcurrentLinkedQueue<>();
  private RawServer server;

  @AfterEach
  void stop() throws IOException {
    loop.close();
    if (server != null) {
      server.close();
    }
  }

  /** Serves one connection. */
  private interface Script {
    void serve(RawHttp2 client) throws Exception;
  }

  private UpstreamTarget start(int maxConns, int mostStreams, Script script) {
    server = new RawServer(socket -> serve(socket, mostStreams, script));
    return loop.target(TestLoop.settings(server.port(), maxConns).with(Http2Mode.ON));
  }

  private static void serve(Socket socket, int mostStreams, Script script) throws Exception {
    script.serve(RawHttp2.serving(socket, mostStreams));
  }

  private UpstreamTarget start(Script script) {
    return start(100, 1000, script);
  }

  private static void answer(RawHttp2 client, int stream, String body) throws IOException {
    client.headers(stream, 0, OK);
    client.data(stream, END_STREAM, body);
  }

  private static void answerAll(RawHttp2 client) throws IOException {
    for (Frame next = client.next(); next != null; next = client.next()) {
      if (next.type() == RawHttp2.HEADERS) {
        answer(client, next.stream(), "on " + next.stream());
      }
    }
  }

  private RecordedCall get(UpstreamTarget target) {
    return new RecordedCall().begin(loop, target, "GET");
  }

  @Test
  void callsShareOneConnection() {
    UpstreamTarget target =
        start(
            client -> {
              List<Frame> heads = new ArrayList<>();
              while (heads.size() < 3) {
                heads.add(client.await(RawHttp2.HEADERS));
              }
              for (Frame head : heads) {
                answer(client, head.stream(), "on " + head.stream());
              }
              answerAll(client);
            });
    List<RecordedCall> calls = List.of(get(target), get(target), get(target));
    assertThat(calls).extracting(call -> call.await().text()).contains("on 3", "on 5", "on 7");
    assertThat(get(target).await().text()).isEqualTo("on 9");
    assertThat(server.accepted()).isEqualTo(1);
  }

  @Test
  void aRequestsHeadIsTranslatedAndAnInterimHeadMayNotEndTheStream() {
    UpstreamTarget target =
        start(
            client -> {
              Http2Headers head = client.decode(client.await(RawHttp2.HEADERS));
              head.forEach(line -> seen.add(line.getKey() + "=" + line.getValue()));
              client.headers(3, END_STREAM, ":status", "103", "link", "</a>");
            });
    assertThat(get(target).await().failureKind()).isEqualTo(CallFailure.Kind.MALFORMED);
    assertThat(seen).containsExactly(":method=GET", ":scheme=http", ":path=/", ":authority=test");
  }

  /** The head of these requests counts 169 bytes. */
  @ParameterizedTest
  @CsvSource({"168, HEAD_TOO_LARGE", "169, "})
  void aHeadThatTheUpstreamDoesNotTakeIsNotSent(int most, CallFailure.Kind failure) {
    byte[] setting = ByteBuffer.allocate(6).putShort((short) 6).putInt(most).array();
    UpstreamTarget target =
        start(
            client -> {
              client.await(RawHttp2.HEADERS);
              client.send(RawHttp2.SETTINGS, 0, 0, setting);
              answer(client, 3, "first");
              for (Frame next = client.next(); next != null; next = client.next()) {
                if (next.type() == RawHttp2.HEADERS) {
                  seen.add("sent");
                  answer(client, next.stream(), "second");
                }
              }
            });
    assertThat(get(target).await().text()).isEqualTo("first");
    RecordedCall second = get(target).await();
    if (failure == null) {
      assertThat(second.text()).isEqualTo("second");
    } else {
      assertThat(second.failureKind()).isEqualTo(failure);
      assertThat(seen).isEmpty();
    }
    assertThat(server.accepted()).isEqualTo(1);
  }

  @Test
  void interimHeadsAndTrailersArrive() {
    UpstreamTarget target =
        start(
            client -> {
              client.await(RawHttp2.HEADERS);
              client.headers(3, 0, ":status", "103", "link", "</a>");
              client.headers(3, 0, OK);
              client.data(3, 0, "body");
              client.headers(3, END_STREAM, "grpc-status", "0");
              answerAll(client);
            });
    RecordedCall call = get(target).await();
    assertThat(call.interims).hasSize(1);
    assertThat(call.head.http2()).isTrue();
    assertThat(call.text()).isEqualTo("body");
    assertThat(call.trailers.first("grpc-status")).isEqualTo("0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "X-Upper|a",
        "connection|close",
        "transfer-encoding|chunked",
        ":status|200",
        ":path|/",
        "x-a|'b\\r\\nx-b: c'",
        "content-length|x",
        "content-length|9",
        "content-length|1",
        "' '|a"
      })
  void aMalformedResponseFailsItsCallAlone(String name, String value) {
    String sent = value.replace("\\r", "\r").replace("\\n", "\n");
    UpstreamTarget target =
        start(
            client -> {
              client.await(RawHttp2.HEADERS);
              client.headers(3, 0, ":status", "200", name, sent);
              client.data(3, END_STREAM, "four");
              for (Frame next = client.next(); next != null; next = client.next()) {
                if (next.type() == RawHttp2.HEADERS) {
                  answer(client, next.stream(), "ok");
                }
              }
            });
    assertThat(get(target).await().failureKind()).isEqualTo(CallFailure.Kind.MALFORMED);
    assertThat(get(target).await().text()).isEqualTo("ok");
    assertThat(server.accepted()).isEqualTo(1);
  }

  @Test
  void aStatusThatHttp2DoesNotHaveIsMalformed() {
    UpstreamTarget target =
        start(
            client -> {
              client.await(RawHttp2.HEADERS);
              client.headers(3, 0, ":status", "101");
              answerAll(client);
            });
    assertThat(get(target).await().failureKind()).isEqualTo(CallFailure.Kind.MALFORMED);
  }

  @Test
  void callsThatGoAwayLeftOutAreSentAgain() {
    CountDownLatch two = new CountDownLatch(1);
    UpstreamTarget target =
        start(
            client -> {
              if (server.accepted() > 1) {
                answerAll(client);
                return;
              }
              client.await(RawHttp2.HEADERS);
              two.countDown();
              Frame left = client.await(RawHttp2.HEADERS);
              assertThat(left.stream()).isEqualTo(5);
              client.goAway(3);
              answer(client, 3, "old");
              answerAll(client);
            });
    RecordedCall first = get(target);
    await().until(() -> two.await(0, TimeUnit.SECONDS));
    RecordedCall second = new RecordedCall().begin(loop, target, "DELETE");
    assertThat(first.await().text()).isEqualTo("old");
    assertThat(second.await().text()).isEqualTo("on 3");
    assertThat(second.retries).isEqualTo(1);
    assertThat(server.accepted()).isEqualTo(2);
    await().until(() -> loop.upstreamConnections.get() == 1);
  }

  @Test
  void aRefusedStreamIsOpenedAgain() {
    UpstreamTarget target =
        start(
            client -> {
              if (server.accepted() == 1) {
                client.await(RawHttp2.HEADERS);
                client.reset(3, REFUSED_STREAM);
              }
              answerAll(client);
            });
    RecordedCall call = new RecordedCall().begin(loop, target, "DELETE");
    assertThat(call.await().failure).isNull();
    assertThat(call.retries).isEqualTo(1);
  }

  @Test
  void aResetStreamFailsAndHarmsNoOther() {
    UpstreamTarget target =
        start(
            client -> {
              client.await(RawHttp2.HEADERS);
              client.reset(3, CANCEL);
              answerAll(client);
            });
    assertThat(get(target).await().failureKind()).isEqualTo(CallFailure.Kind.RESET);
    assertThat(get(target).await().text()).isEqualTo("on 5");
    assertThat(server.accepted()).isEqualTo(1);
  }

  @Test
  void aConnectionCarriesNoMoreThanTheServerAllows() {
    CountDownLatch two = new CountDownLatch(2);
    UpstreamTarget target =
        start(
            2,
            1,
            client -> {
              Frame head = client.await(RawHttp2.HEADERS);
              two.countDown();
              two.await(); // Else a call that is quick would leave its connection to the next.
              answer(client, head.stream(), "first");
              answerAll(client);
            });
    List<RecordedCall> calls = List.of(get(target), get(target), get(target));
    calls.forEach(call -> assertThat(call.await().failure).isNull());
    assertThat(server.accepted()).isEqualTo(2);
  }

  @Test
  void anAnswerBeforeTheWholeRequestCancelsTheRest() throws Exception {
    CountDownLatch cancelled = new CountDownLatch(1);
    UpstreamTarget target =
        start(
            client -> {
              client.await(RawHttp2.HEADERS);
              answer(client, 3, "early");
              for (Frame next = client.next(); next != null; next = client.next()) {
                if (next.type() == RawHttp2.RST_STREAM && next.error() == CANCEL) {
                  cancelled.countDown();
                }
              }
            });
    RecordedCall call =
        new RecordedCall() {
          @Override
          public void bodyWanted() {
            call.write(Unpooled.copiedBuffer("part", StandardCharsets.US_ASCII));
            call.flush();
          }
        };
    call.begin(loop, target, "POST", 100);
    assertThat(call.await().text()).isEqualTo("early");
    assertThat(cancelled.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aServerOfHttp1CannotBeCalled() {
    server = new RawServer(RawServer.answering("HTTP/1.1 400 Bad Request\r\n\r\n"));
    UpstreamTarget target = loop.target(TestLoop.settings(server.port(), 10).with(Http2Mode.ON));
    assertThat(get(target).await().failureKind()).isEqualTo(CallFailure.Kind.CONNECT);
  }

  @Test
  void aServerThatSaysNothingIsATimeout() {
    server = new RawServer(socket -> socket.getInputStream().readAllBytes());
    TargetSettings settings =
        TestLoop.settings("127.0.0.1", server.port(), 10, Duration.ofMillis(200));
    assertThat(get(loop.target(settings.with(Http2Mode.ON))).await().failureKind())
        .isIn(CallFailure.Kind.CONNECT_TIMEOUT, CallFailure.Kind.TIMEOUT);
  }
}
