package io.canarygateway.http;

import static io.canarygateway.http.RawHttp2.DATA;
import static io.canarygateway.http.RawHttp2.END_STREAM;
import static io.canarygateway.http.RawHttp2.GOAWAY;
import static io.canarygateway.http.RawHttp2.HEADERS;
import static io.canarygateway.http.RawHttp2.RST_STREAM;
import static io.canarygateway.http.RawHttp2.request;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames on streams that the client has ended, closed or skipped (RFC 9113, 5.1 and 5.1.1). */
class Http2StreamStatesTest {

  private static final int PROTOCOL_ERROR = 1;
  private static final int STREAM_CLOSED = 5;

  private final Queue<String> events = new ConcurrentLinkedQueue<>();
  private final TestServer server =
      new TestServer(
          TestServer.LIMITS,
          new ServerProtocols(true),
          new ServerHandler() {
            @Override
            public void request(ServerStream stream) {
              events.add(stream.head().path());
              if (stream.head().path().equals("/silent")) {
                stream.listen(new NotedStream(events));
              } else {
                TestServer.answer(stream, 200, "hello".getBytes(StandardCharsets.US_ASCII));
              }
            }

            @Override
            public void malformed(ServerStream stream, Fault fault) {
              TestServer.answer(stream, 431, new byte[0]);
            }
          });

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aHeadBehindTheEndOfARequestResetsItsStreamAlone() throws Exception {
    try (RawHttp2 client = new RawHttp2(server.connect())) {
      client.get(1, "/silent");
      client.get(1, "/second");
      assertThat(client.await(RST_STREAM).error()).isEqualTo(STREAM_CLOSED);
      client.get(3, "/third");
      client.await(HEADERS);
      assertThat(events).doesNotContain("/second").contains("/third");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {HEADERS, DATA})
  void aFrameOnAStreamThatHasEndedEndsTheConnection(int type) throws Exception {
    try (RawHttp2 client = new RawHttp2(server.connect())) {
      client.get(1, "/first");
      client.await(DATA);
      client.send(type, END_STREAM | 4, 1, RawHttp2.block(request("GET", "/second")));
      assertThat(client.await(GOAWAY).error()).isEqualTo(STREAM_CLOSED);
      assertThat(client.next()).isNull();
      assertThat(events).containsExactly("/first");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 501, 509})
  void aSkippedStreamEndsTheConnection(int skipped) throws Exception {
    try (RawHttp2 client = new RawHttp2(server.connect())) {
      client.get(1, "/first");
      client.await(DATA);
      client.get(511, "/later");
      client.await(DATA);
      client.get(skipped, "/skipped");
      assertThat(client.await(GOAWAY).error()).isEqualTo(PROTOCOL_ERROR);
      assertThat(client.next()).isNull();
      assertThat(events).containsExactly("/first", "/later");
    }
  }

  @Test
  void ofStreamsLongAgoOnlyTheStreamIsReset() throws Exception {
    try (RawHttp2 client = new RawHttp2(server.connect())) {
      client.get(1, "/first");
      client.await(DATA);
      client.get(5_001, "/later");
      client.await(DATA);
      client.get(3, "/skipped");
      assertThat(client.await(RST_STREAM).error()).isEqualTo(STREAM_CLOSED);
      client.get(5_003, "/next");
      client.await(HEADERS);
      assertThat(events).containsExactly("/first", "/later", "/next");
    }
  }

  @Test
  void trailersThatWereOnTheirWayToAStreamThatWasResetAreNoFault() throws Exception {
    try (RawHttp2 client = new RawHttp2(server.connect())) {
      client.headers(1, 0, request("POST", "/", "connection", "close"));
      assertThat(client.await(RST_STREAM).error()).isEqualTo(PROTOCOL_ERROR);
      client.headers(1, END_STREAM, "x-trailer", "a");
      client.get(3, "/next");
      awaitHeaders(client, 3);
      assertThat(events).containsExactly("/next");
    }
  }

  /** Resets of other streams may come before. */
  private static void awaitHeaders(RawHttp2 client, int stream) throws Exception {
    RawHttp2.Frame frame = client.next();
    while (frame.type() != HEADERS) {
      assertThat(frame.type()).isNotEqualTo(GOAWAY);
      frame = client.next();
    }
    assertThat(frame.stream()).isEqualTo(stream);
  }
}
