package io.canarygateway.http;

import static io.canarygateway.http.RawHttp2.END_STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.http.RawHttp2.Frame;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Requests with bodies by HTTP/2, and connections that the server ends under load. */
@ExtendWith(NothingLost.class)
class Http2GoAwayTest {

  private static final int CALLS_OF_A_CONNECTION = 20;

  private final TestLoop loop = new TestLoop();
  private final Queue<String> seen = new ConcurrentLinkedQueue<>();
  private RawServer server;

  @AfterEach
  void stop() throws IOException {
    loop.close();
    server.close();
  }

  private UpstreamTarget start(RawServer.Script script) {
    server = new RawServer(script);
    return loop.target(TestLoop.settings(server.port(), 100).with(Http2Mode.ON));
  }

  /** Answers some requests, and says that it has seen no more. */
  private void answerSome(Socket socket) throws Exception {
    RawHttp2 client = RawHttp2.serving(socket, 1000);
    int answered = 0;
    for (Frame next = client.next(); next != null; next = client.next()) {
      boolean request = next.type() == RawHttp2.HEADERS || next.type() == RawHttp2.DATA;
      if (request && next.ends() && answered < CALLS_OF_A_CONNECTION) {
        answered++;
        if (next.type() == RawHttp2.DATA) {
          seen.add(next.text());
        }
        client.headers(next.stream(), END_STREAM, ":status", "200");
        if (answered == CALLS_OF_A_CONNECTION) {
          client.goAway(next.stream());
        }
      }
    }
  }

  @Test
  void noCallFailsWhileConnectionsGoAway() {
    UpstreamTarget target = start(this::answerSome);
    List<RecordedCall> calls = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      calls.add(i % 2 == 0 ? new RecordedCall() : withBody("body " + i));
    }
    for (int i = 0; i < calls.size(); i++) {
      calls.get(i).begin(loop, target, i % 2 == 0 ? "DELETE" : "POST", i % 2 == 0 ? 0 : -1);
      if (i % 10 == 9) {
        calls.get(i).await();
      }
    }
    calls.forEach(call -> assertThat(call.await().failure).isNull());
    assertThat(server.accepted()).isGreaterThanOrEqualTo(300 / CALLS_OF_A_CONNECTION);
    assertThat(seen).hasSize(150).doesNotHaveDuplicates();
  }

  private static RecordedCall withBody(String body) {
    return new RecordedCall() {
      @Override
      public void bodyWanted() {
        call.write(Unpooled.copiedBuffer(body, StandardCharsets.US_ASCII));
        call.finishBody();
      }
    };
  }

  @Test
  void trailersOfARequestArrive() throws Exception {
    Head sent =
        new Http2Heads(loop.upstreams().parsers(), HeadLimits.TRAILERS)
            .trailers(new DefaultHttp2Headers().add("x-sum", "1"));
    UpstreamTarget target =
        start(
            socket -> {
              RawHttp2 client = RawHttp2.serving(socket, 1000);
              client.decode(client.await(RawHttp2.HEADERS));
              seen.add(client.await(RawHttp2.DATA).text());
              Frame end = client.await(RawHttp2.HEADERS);
              seen.add(end.ends() + " " + client.decode(end).get("x-sum"));
              client.headers(3, END_STREAM, ":status", "200");
              client.next();
            });
    RecordedCall call =
        new RecordedCall() {
          @Override
          public void bodyWanted() {
            call.write(Unpooled.copiedBuffer("body", StandardCharsets.US_ASCII));
            call.finishBody(sent);
          }
        };
    call.begin(loop, target, "POST", Framing.CHUNKED);
    assertThat(call.await().failure).isNull();
    assertThat(seen).containsExactly("body", "true 1");
  }
}
