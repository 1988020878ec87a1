package io.canarygateway.http;

import static io.canarygateway.http.RawHttp2.DATA;
import static io.canarygateway.http.RawHttp2.END_STREAM;
import static io.canarygateway.http.RawHttp2.HEADERS;
import static io.canarygateway.http.RawHttp2.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Bodies of requests over HTTP/2 that wait to be read, or whose client waits. */
class Http2BodiesTest {

  private static final Duration LONG = Duration.ofMinutes(10);

  private final Map<String, ServerStream> streams = new ConcurrentHashMap<>();
  private TestServer server;

  @AfterEach
  void stop() {
    server.close();
  }

  private RawHttp2 start(Duration readTimeout, Duration idleTimeout) throws Exception {
    HeadLimits heads = TestServer.LIMITS.head();
    server =
        new TestServer(
            new ServerLimits(heads, readTimeout, idleTimeout, LONG),
            new ServerProtocols(true),
            new ServerHandler() {
              @Override
              public void request(ServerStream stream) {
                streams.put(stream.head().path(), stream);
              }

              @Override
              public void malformed(ServerStream stream, Fault fault) {
                TestServer.answer(stream, 431, new byte[0]);
              }
            });
    return new RawHttp2(server.connect());
  }

  private ServerStream stream(String path) {
    await().until(() -> streams.containsKey(path));
    return streams.get(path);
  }

  /** Answers a request with its body, once that is complete. */
  private void echo(ServerStream stream) {
    StringBuilder body = new StringBuilder();
    BodySink sink =
        new BodySink() {
          @Override
          public void part(ByteBuf part) {
            body.append(part.toString(StandardCharsets.ISO_8859_1));
            part.release();
          }

          @Override
          public void end(Head trailers) {
            byte[] answer = body.toString().getBytes(StandardCharsets.ISO_8859_1);
            TestServer.answer(stream, 200, answer);
          }
        };
    server.loop.run(() -> stream.readBody(sink));
  }

  @Test
  void bodiesThatAreNotReadDoNotStopOthers() throws Exception {
    try (RawHttp2 client = start(LONG, LONG)) {
      String part = "x".repeat(16 * 1024);
      int stalled = 20;
      for (int i = 0; i < stalled; i++) {
        client.headers(2 * i + 1, 0, request("POST", "/stalled/" + i));
        for (int j = 0; j < 8; j++) {
          client.data(2 * i + 1, 0, part); // All that a stream's window allows.
        }
      }
      client.headers(2 * stalled + 1, 0, request("POST", "/next"));
      client.data(2 * stalled + 1, END_STREAM, "hello");
      echo(stream("/next"));
      assertThat(client.await(DATA).text()).isEqualTo("hello");
    }
  }

  @Test
  void aBodyThatIsReadLateGetsRoomForMore() throws Exception {
    try (RawHttp2 client = start(LONG, LONG)) {
      client.headers(1, 0, request("POST", "/"));
      String part = "x".repeat(16 * 1024);
      for (int i = 0; i < 8; i++) {
        client.data(1, 0, part);
      }
      client.get(3, "/behind"); // All frames before have arrived.
      stream("/behind");
      echo(stream("/"));
      RawHttp2.Frame frame;
      do {
        frame = client.await(RawHttp2.WINDOW_UPDATE);
      } while (frame.stream() != 1);
      client.data(1, END_STREAM, part);
      client.await(HEADERS);
    }
  }

  @Test
  void smallFramesThatWaitKeepTheirOrder() throws Exception {
    try (RawHttp2 client = start(LONG, LONG)) {
      client.headers(1, 0, request("POST", "/"));
      String all =
          IntStream.range(0, 6_000).mapToObj(i -> i % 1_000 + ",").collect(Collectors.joining());
      client.data(1, 0, all.substring(0, 3_000));
      for (int i = 3_000; i < all.length() - 2_000; i++) {
        client.data(1, 0, all.substring(i, i + 1));
      }
      client.data(1, END_STREAM, all.substring(all.length() - 2_000));
      client.get(3, "/behind"); // All frames before have arrived.
      stream("/behind");
      echo(stream("/"));
      StringBuilder answer = new StringBuilder();
      RawHttp2.Frame frame;
      do {
        frame = client.await(DATA);
        answer.append(frame.text());
      } while (!frame.ends());
      assertThat(answer).hasToString(all);
    }
  }

  @Test
  void aBodyThatMayWaitHasTheIdleTimeout() throws Exception {
    try (RawHttp2 client = start(Duration.ofMillis(200), LONG)) {
      Queue<String> patient = read(client, 1, "/patient", true);
      Queue<String> usual = read(client, 3, "/usual", false);
      await().until(() -> usual.contains("overdue"));
      assertThat(patient).doesNotContain("overdue"); // It has waited for longer.
      client.data(1, END_STREAM, "now");
      client.await(HEADERS);
    }
  }

  @Test
  void aBodyThatMayWaitDoesNotWaitForEver() throws Exception {
    // The request has to come within the time of an idle connection.
    try (RawHttp2 client = start(LONG, Duration.ofSeconds(2))) {
      Queue<String> events = read(client, 1, "/", true);
      await().until(() -> events.contains("overdue"));
    }
  }

  private Queue<String> read(RawHttp2 client, int id, String path, boolean mayWait)
      throws Exception {
    client.headers(id, 0, request("POST", path));
    ServerStream stream = stream(path);
    Queue<String> events = new ConcurrentLinkedQueue<>();
    server.loop.run(
        () -> {
          stream.listen(new NotedStream(events));
          if (mayWait) {
            stream.bodyMayWait();
          }
        });
    echo(stream);
    return events;
  }
}
