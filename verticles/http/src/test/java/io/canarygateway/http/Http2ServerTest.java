package io.canarygateway.http;

import static io.canarygateway.http.RawHttp2.DATA;
import static io.canarygateway.http.RawHttp2.END_STREAM;
import static io.canarygateway.http.RawHttp2.GOAWAY;
import static io.canarygateway.http.RawHttp2.HEADERS;
import static io.canarygateway.http.RawHttp2.RST_STREAM;
import static io.canarygateway.http.RawHttp2.WINDOW_UPDATE;
import static io.canarygateway.http.RawHttp2.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.http.RawHttp2.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests and responses over HTTP/2, by a client that sends any bytes. */
class Http2ServerTest {

  private static final int PROTOCOL_ERROR = 1;
  private static final int INTERNAL_ERROR = 2;
  private static final int CANCEL = 8;

  private final Queue<String> events = new ConcurrentLinkedQueue<>();
  private TestServer server;

  @AfterEach
  void stop() {
    server.close();
  }

  private RawHttp2 start(Consumer<ServerStream> handler) throws IOException {
    return start(TestServer.LIMITS, handler);
  }

  private RawHttp2 start(ServerLimits limits, Consumer<ServerStream> handler) throws IOException {
    listen(limits, handler);
    return new RawHttp2(server.connect());
  }

  private void listen(ServerLimits limits, Consumer<ServerStream> handler) {
    server =
        new TestServer(
            limits,
            new ServerProtocols(true),
            new ServerHandler() {
              @Override
              public void request(ServerStream stream) {
                events.add(stream.head().method() + " " + stream.head().path());
                handler.accept(stream);
              }

              @Override
              public void malformed(ServerStream stream, Fault fault) {
                events.add(fault.name());
                TestServer.answer(stream, 431, new byte[0]);
              }

              @Override
              public void abused(Http2Abuse kind) {
                events.add(kind.label());
              }
            });
  }

  private static void ok(ServerStream stream) {
    TestServer.answer(stream, 200, "hello".getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void aRequestIsAnsweredOnItsStream() throws Exception {
    try (RawHttp2 client = start(Http2ServerTest::ok)) {
      client.get(1, "/a?b=c");
      Frame head = client.await(HEADERS);
      Http2Headers headers = client.decode(head);
      assertThat(headers.status()).hasToString("200");
      assertThat(headers.get("content-length")).hasToString("5");
      assertThat(headers.contains("connection")).isFalse();
      Frame body = client.await(DATA);
      assertThat(body.text()).isEqualTo("hello");
      assertThat(body.ends()).isTrue();
      client.get(3, "/d");
      assertThat(client.await(HEADERS).stream()).isEqualTo(3);
      assertThat(events).containsExactly("GET /a", "GET /d");
    }
  }

  @Test
  void anAnswerWithoutABodyEndsWithItsHead() throws Exception {
    try (RawHttp2 client =
        start(
            stream -> {
              stream.respond(TestServer.head(stream, 200, 5), 5);
              stream.finish(Head.NONE);
            })) {
      client.headers(1, END_STREAM, request("HEAD", "/"));
      assertThat(client.await(HEADERS).ends()).isTrue();
    }
  }

  @Test
  void bodiesAndTrailersPassBothWays() throws Exception {
    try (RawHttp2 client = start(this::echo)) {
      client.headers(1, 0, request("POST", "/", "cookie", "a=1", "cookie", "b=2"));
      client.data(1, 0, "one ");
      client.data(1, 0, "two");
      client.headers(1, END_STREAM, "grpc-status", "0");
      client.await(HEADERS);
      StringBuilder body = new StringBuilder();
      Frame frame = client.await(DATA);
      for (; frame.type() == DATA; frame = client.next()) {
        body.append(frame.text());
      }
      assertThat(body).hasToString("one two");
      assertThat(frame.type()).isEqualTo(HEADERS);
      assertThat(frame.ends()).isTrue();
      assertThat(client.decode(frame).get("grpc-status")).hasToString("0");
      assertThat(events).contains("a=1; b=2", "1 lines");
    }
  }

  private void echo(ServerStream stream) {
    events.add(stream.head().all(HeaderName.COOKIE).get(0));
    events.add(stream.head().count(HeaderName.COOKIE) + " lines");
    HeadWriter writer = new HeadWriter();
    writer.begin().text("HTTP/1.1 200 OK").endLine().header("Transfer-Encoding", "chunked");
    stream.respond(writer.end(ByteBufAllocator.DEFAULT, 0), Framing.CHUNKED);
    stream.readBody(
        new BodySink() {
          @Override
          public void part(ByteBuf part) {
            stream.write(part);
            stream.flush();
          }

          @Override
          public void end(Head trailers) {
            stream.finish(trailers);
          }
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x-a|b\\r\\nx-canary: true",
        "x-a|b\\ncookie: a",
        "x-a|' b'",
        "X-Upper|a",
        "x a|b",
        "x-a:|b",
        "connection|close",
        "transfer-encoding|chunked",
        "upgrade|websocket",
        "keep-alive|1",
        "te|gzip",
        ":unknown|a",
        ":path|/second",
        "content-length|x"
      })
  void aForbiddenHeaderResetsTheStreamAndReachesNobody(String name, String value) throws Exception {
    try (RawHttp2 client = start(Http2ServerTest::ok)) {
      String sent = value.replace("\\r", "\r").replace("\\n", "\n");
      client.headers(1, END_STREAM, request("GET", "/", name, sent));
      Frame reset = client.await(RST_STREAM);
      assertThat(reset.error()).isEqualTo(PROTOCOL_ERROR);
      client.get(3, "/next"); // The connection goes on.
      client.await(HEADERS);
      assertThat(events).containsExactly("GET /next");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET|http://evil.example/",
        "GET|evil",
        "GET|*",
        "GET|/a b",
        "GET|/a#b",
        "GE T|/",
        "GET /x HTTP/1.1|/"
      })
  void aForbiddenRequestLineResetsTheStream(String method, String path) throws Exception {
    try (RawHttp2 client = start(Http2ServerTest::ok)) {
      client.headers(1, END_STREAM, request(method, path));
      assertThat(client.await(RST_STREAM).error()).isEqualTo(PROTOCOL_ERROR);
      assertThat(events).isEmpty();
    }
  }

  @Test
  void aBodyThatIsNotReadStopsTheClient() throws Exception {
    Queue<ServerStream> streams = new ConcurrentLinkedQueue<>();
    try (RawHttp2 client = start(streams::add)) {
      client.headers(1, 0, request("POST", "/"));
      await().until(() -> !streams.isEmpty());
      String part = "x".repeat(16 * 1024);
      for (int i = 0; i < 8; i++) {
        client.data(1, i == 7 ? END_STREAM : 0, part); // As much as the window allows.
      }
      client.send(RawHttp2.PING, 0, 0, new byte[8]);
      for (Frame frame = client.next(); frame.type() != RawHttp2.PING; frame = client.next()) {
        if (frame.type() == RawHttp2.WINDOW_UPDATE && frame.stream() == 1) {
          throw new AssertionError("the server asks for more: " + frame.error());
        }
      }
      server.loop.run(() -> streams.element().readBody(new Ending(streams.element())));
      client.await(HEADERS);
    }
  }

  private record Ending(ServerStream stream) implements BodySink {
    @Override
    public void part(ByteBuf part) {
      part.release();
    }

    @Override
    public void end(Head trailers) {
      ok(stream);
    }
  }

  @Test
  void aResetByTheClientEndsItsRequest() throws Exception {
    try (RawHttp2 client = start(stream -> stream.listen(new NotedStream(events)))) {
      client.get(1, "/");
      await().until(() -> !events.isEmpty());
      client.reset(1, CANCEL);
      await().untilAsserted(() -> assertThat(events).contains("gone"));
    }
  }

  @Test
  void anAnswerThatIsCutOffIsReset() throws Exception {
    Queue<ServerStream> streams = new ConcurrentLinkedQueue<>();
    try (RawHttp2 client =
        start(
            stream -> {
              stream.respond(TestServer.head(stream, 200, 5), 5);
              stream.write(Unpooled.copiedBuffer("he", StandardCharsets.US_ASCII));
              stream.flush();
              streams.add(stream);
            })) {
      client.get(1, "/");
      client.await(DATA);
      server.loop.run(() -> streams.element().cutOff());
      assertThat(client.await(RST_STREAM).error()).isEqualTo(INTERNAL_ERROR);
    }
  }

  @Test
  void anAnswerThatIsNotReadIsResetAfterTheWriteTimeout() throws Exception {
    ServerLimits limits =
        new ServerLimits(
            TestServer.LIMITS.head(),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofMillis(200));
    listen(limits, Http2ServerTest::ok);
    try (RawHttp2 client = new RawHttp2(server.connect(), 0)) {
      client.get(1, "/");
      client.await(HEADERS);
      assertThat(client.await(RST_STREAM).error()).isEqualTo(CANCEL);
    }
  }

  /** The streams share the connection, so a client that reads slowly takes part of each in turn. */
  @Test
  void answersThatAreReadSlowlyAreWholeHoweverLongThatTakes() throws Exception {
    ServerLimits limits =
        new ServerLimits(
            TestServer.LIMITS.head(),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofMillis(400));
    listen(limits, stream -> TestServer.answer(stream, 200, new byte[30_000]));
    ScheduledExecutorService reading = Executors.newSingleThreadScheduledExecutor();
    try (RawHttp2 client = new RawHttp2(server.connect(), 1 << 20)) {
      for (int stream = 1; stream <= 5; stream += 2) {
        client.get(stream, "/");
      }
      byte[] more = ByteBuffer.allocate(4).putInt(1_000).array();
      reading.scheduleAtFixedRate(() -> give(client, more), 50, 50, TimeUnit.MILLISECONDS);
      Set<Integer> ended = new HashSet<>();
      while (ended.size() < 3) {
        Frame frame = client.next();
        assertThat(frame.type()).isNotIn(RST_STREAM, GOAWAY);
        if (frame.type() == DATA && frame.ends()) {
          ended.add(frame.stream());
        }
      }
    } finally {
      reading.shutdownNow();
    }
  }

  private static void give(RawHttp2 client, byte[] more) {
    try {
      client.send(WINDOW_UPDATE, 0, 0, more);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void anIdleConnectionIsToldGoodbye() throws Exception {
    ServerLimits limits =
        new ServerLimits(
            TestServer.LIMITS.head(),
            Duration.ofSeconds(5),
            Duration.ofSeconds(2), // The request has to come within it.
            Duration.ofSeconds(5));
    try (RawHttp2 client = start(limits, Http2ServerTest::ok)) {
      client.get(1, "/");
      client.await(HEADERS);
      client.await(DATA);
      assertThat(client.await(GOAWAY).error()).isZero();
      assertThat(client.next()).isNull();
    }
  }

  @Test
  void aDrainingServerFinishesWhatHasBegun() throws Exception {
    Queue<ServerStream> streams = new ConcurrentLinkedQueue<>();
    try (RawHttp2 client = start(streams::add)) {
      client.get(1, "/");
      await().until(() -> !streams.isEmpty());
      server.loop.run(server.clients::drain);
      assertThat(client.await(GOAWAY).error()).isZero();
      server.loop.run(server.clients::closeWhenDone);
      client.await(GOAWAY);
      server.loop.run(() -> ok(streams.element()));
      client.await(HEADERS);
      client.await(DATA);
      assertThat(client.next()).isNull();
    }
  }

  @Test
  void http1IsServedOnTheSamePort() throws Exception {
    listen(TestServer.LIMITS, Http2ServerTest::ok);
    assertThat(server.exchange("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 200");
    try (Socket slow = server.connect()) {
      RawServer.write(slow, "P");
      RawServer.write(slow, "RI-VATE / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      assertThat(new String(slow.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .startsWith("HTTP/1.1 200");
    }
    assertThat(events).contains("PRI-VATE /");
  }
}
