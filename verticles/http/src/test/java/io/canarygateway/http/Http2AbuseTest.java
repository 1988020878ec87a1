package io.canarygateway.http;

import static io.canarygateway.http.RawHttp2.END_STREAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.http.RawHttp2.Frame;
import java.io.IOException;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients of HTTP/2 that send little and cost much. Each is ended, and counted by its kind. */
class Http2AbuseTest {

  private static final int ENHANCE_YOUR_CALM = 11;

  private final Queue<String> events = new ConcurrentLinkedQueue<>();
  private final TestServer server =
      new TestServer(
          TestServer.LIMITS,
          new ServerProtocols(true),
          new ServerHandler() {
            @Override
            public void request(ServerStream stream) {
              stream.listen(new NotedStream(new ConcurrentLinkedQueue<>()));
            }

            @Override
            public void malformed(ServerStream stream, Fault fault) {
              TestServer.answer(stream, 431, new byte[0]);
            }

            @Override
            public void abused(Http2Abuse kind) {
              events.add(kind.label());
            }
          });

  @AfterEach
  void stop() {
    server.close();
  }

  private interface Attack {
    void send(RawHttp2 client) throws IOException;
  }

  /** Sends until the server ends the connection. */
  private void attack(String kind, Attack attack) throws Exception {
    try (RawHttp2 client = new RawHttp2(server.connect())) {
      try {
        attack.send(client);
      } catch (IOException e) {
        // The server has ended the connection already.
      }
      Frame last = null;
      for (Frame frame = client.next(); frame != null; frame = client.next()) {
        last = frame.type() == RawHttp2.GOAWAY ? frame : last;
      }
      if (last != null) { // A reset of the connection may overtake it.
        assertThat(last.error()).isEqualTo(ENHANCE_YOUR_CALM);
      }
    }
    await().untilAsserted(() -> assertThat(events).containsExactly(kind));
  }

  @Test
  void rapidReset() throws Exception {
    attack(
        "rapid_reset",
        client -> {
          for (int stream = 1; stream < 2_000; stream += 2) {
            client.get(stream, "/");
            client.reset(stream, 8);
          }
        });
  }

  @Test
  void continuations() throws Exception {
    attack(
        "continuation",
        client -> {
          client.send(RawHttp2.HEADERS, END_STREAM, 1, RawHttp2.block(":method", "GET"));
          for (int i = 0; i < 1_000; i++) {
            client.send(RawHttp2.CONTINUATION, 0, 1, RawHttp2.block("a", "b"));
          }
        });
  }

  @Test
  void pings() throws Exception {
    attack(
        "ping",
        client -> {
          for (int i = 0; i < 1_000; i++) {
            client.send(RawHttp2.PING, 0, 0, new byte[8]);
          }
        });
  }

  /** Clients of gRPC measure the connection so while a body is on its way. */
  @Test
  void aPingForEachPieceOfABodyIsAllowed() throws Exception {
    try (RawHttp2 client = new RawHttp2(server.connect())) {
      client.headers(1, 0, RawHttp2.request("POST", "/"));
      for (int i = 0; i < 1_000; i++) {
        client.send(RawHttp2.DATA, 0, 1, new byte[1]);
        client.send(RawHttp2.PING, 0, 0, new byte[8]);
        assertThat(client.await(RawHttp2.PING)).as("the answer to PING %s", i).isNotNull();
      }
    }
    assertThat(events).isEmpty();
  }

  @Test
  void settings() throws Exception {
    attack(
        "settings",
        client -> {
          for (int i = 0; i < 1_000; i++) {
            client.send(RawHttp2.SETTINGS, 0, 0, new byte[0]);
          }
        });
  }

  @Test
  void framesWithoutContent() throws Exception {
    attack(
        "headers",
        client -> {
          client.headers(1, 0, RawHttp2.request("POST", "/"));
          for (int i = 0; i < 1_000; i++) {
            client.send(RawHttp2.DATA, 0, 1, new byte[0]);
          }
        });
  }

  @Test
  void aHeadThatIsTooLargeIsAnswered431() throws Exception {
    char[] value = new char[15_000];
    Arrays.fill(value, 'x');
    String large = new String(value);
    try (RawHttp2 client = new RawHttp2(server.connect())) {
      client.send(
          RawHttp2.HEADERS,
          END_STREAM,
          1,
          RawHttp2.block(RawHttp2.request("GET", "/", "a", large)));
      client.send(RawHttp2.CONTINUATION, 0, 1, RawHttp2.block("b", large));
      client.send(RawHttp2.CONTINUATION, RawHttp2.END_HEADERS, 1, RawHttp2.block("c", large));
      assertThat(client.decode(client.await(RawHttp2.HEADERS)).status()).hasToString("431");
    }
  }
}
