package io.canarygateway.http;

import static io.canarygateway.http.RawHttp2.DATA;
import static io.canarygateway.http.RawHttp2.RST_STREAM;
import static io.canarygateway.http.RawHttp2.WINDOW_UPDATE;
import static io.canarygateway.http.RawHttp2.request;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Answers over HTTP/2 to requests whose body has not ended. */
class Http2EarlyAnswerTest {

  private static final byte[] ROOM_FOR_TWO = {0, 0, 0, 2};

  private static final ServerHandler AT_ONCE =
      new ServerHandler() {
        @Override
        public void request(ServerStream stream) {
          TestServer.answer(stream, 413, "hello".getBytes(StandardCharsets.US_ASCII));
        }

        @Override
        public void malformed(ServerStream stream, Fault fault) {
          throw new AssertionError(fault);
        }
      };

  /** The client has room for two bytes at a time. */
  @Test
  void theAnswerIsWholeBeforeTheRestOfTheRequestIsRefused() throws Exception {
    try (TestServer server = new TestServer(TestServer.LIMITS, new ServerProtocols(true), AT_ONCE);
        RawHttp2 client = new RawHttp2(server.connect(), 2)) {
      client.headers(1, 0, request("POST", "/"));
      client.data(1, 0, "some of the body");
      StringBuilder got = new StringBuilder();
      RawHttp2.Frame frame = client.await(DATA);
      while (!frame.ends()) {
        got.append(frame.text());
        client.send(WINDOW_UPDATE, 0, 1, ROOM_FOR_TWO);
        frame = client.await(DATA);
      }
      assertThat(got.append(frame.text())).hasToString("hello");
      assertThat(client.await(RST_STREAM).error()).isZero();
    }
  }
}
