package io.canarygateway.http;

import static io.canarygateway.http.RawHttp2.END_STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.http.RawHttp2.Frame;
import java.io.IOException;
import java.net.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The frame that ends a request to an upstream of HTTP/2. */
class Http2RequestEndsTest {

  private final TestLoop loop = new TestLoop();
  private final RawServer server = new RawServer(Http2RequestEndsTest::serve);

  @AfterEach
  void stop() throws IOException {
    loop.close();
    server.close();
  }

  /** Answers each request with the type of the frame that has ended it. */
  private static void serve(Socket socket) throws Exception {
    RawHttp2 client = RawHttp2.serving(socket, 100);
    for (Frame next = client.next(); next != null; next = client.next()) {
      if (next.stream() > 0 && next.ends()) {
        client.headers(next.stream(), 0, ":status", "200");
        client.data(next.stream(), END_STREAM, next.type() == RawHttp2.DATA ? "data" : "head");
      }
    }
  }

  private String endOf(long bodyLength) {
    UpstreamTarget target = loop.target(TestLoop.settings(server.port(), 1).with(Http2Mode.ON));
    RecordedCall call =
        new RecordedCall() {
          @Override
          public void bodyWanted() {
            call.finishBody(); // All of the body is known before the head is sent.
          }
        };
    return call.begin(loop, target, "POST", bodyLength).await().text();
  }

  @Test
  void aRequestWithoutABodyEndsWithItsHead() {
    assertThat(endOf(0)).isEqualTo("head");
  }

  /** The protocol of gRPC demands it, and servers of grpc-go 1.27 wait for it. */
  @Test
  void anEmptyBodyOfUnknownLengthEndsWithData() {
    assertThat(endOf(Framing.CHUNKED)).isEqualTo("data");
  }
}
