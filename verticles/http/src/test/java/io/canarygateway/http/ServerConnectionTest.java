package io.canarygateway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NothingLost.class)
class ServerConnectionTest {

  private static final String GET = "GET / HTTP/1.1\r\nHost: test\r\n\r\n";
  private static final byte[] OK = "ok".getBytes(US_ASCII);

  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private final AtomicInteger requests = new AtomicInteger();
  private volatile Consumer<ServerStream> onRequest = stream -> TestServer.answer(stream, 200, OK);
  private final TestServer server =
      new TestServer(
          new ServerHandler() {
            @Override
            public void request(ServerStream stream) {
              requests.incrementAndGet();
              onRequest.accept(stream);
            }

            @Override
            public void malformed(ServerStream stream, Fault fault) {
              events.add(fault.name());
              TestServer.answer(stream, 400, OK);
            }
          });

  @AfterEach
  void stop() {
    server.close();
  }

  private String event() throws InterruptedException {
    return events.poll(30, TimeUnit.SECONDS);
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() throws Exception {
    onRequest = stream -> TestServer.answer(stream, 200, stream.head().path().getBytes(US_ASCII));
    String all =
        server.exchange(
            GET.replace("/ ", "/1 ")
                + GET.replace("/ ", "/2 ")
                + GET.replace("/ ", "/3 ").replace("Host", "Connection: close\r\nHost")
                + GET.replace("/ ", "/4 "));
    assertThat(all).containsSubsequence("/1", "/2", "/3").doesNotContain("/4").endsWith("/3");
    assertThat(requests).hasValue(3);
  }

  /** The first part of the body is answered; what is behind it is no chunk. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aBodyThatIsMalformedBehindItsResponseIsNotAnsweredAgain(boolean abort) throws Exception {
    onRequest =
        stream -> {
          stream.listen(new NotedStream(events));
          stream.readBody(
              new BodySink() {
                @Override
                public void part(ByteBuf part) {
                  part.release();
                  if (abort) {
                    stream.abort();
                  } else {
                    TestServer.answer(stream, 200, OK);
                  }
                }

                @Override
                public void end(Head trailers) {}
              });
        };
    String all =
        server.exchange(
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nnone");
    assertThat(all.split("HTTP/1.1 ", -1)).hasSize(abort ? 1 : 2);
    await().until(() -> server.connections.open() == 0);
    assertThat(events).doesNotContain("malformed", "MALFORMED");
  }

  @Test
  void nothingRunsBehindARefusal() throws Exception {
    assertThat(server.exchange("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" + GET))
        .startsWith("HTTP/1.1 400 ")
        .contains("Connection: close")
        .endsWith("ok");
    assertThat(requests).hasValue(0);
    assertThat(event()).isEqualTo("MALFORMED");
  }

  /** Otherwise responses that a client does not read would fill the memory. */
  @Test
  void aClientThatDoesNotReadIsAnsweredNoMore() throws Exception {
    byte[] body = new byte[16 * 1024];
    onRequest = stream -> TestServer.answer(stream, 200, body);
    int all = 4_000;
    try (Socket client = server.connect()) {
      Thread sending = new Thread(() -> sendQuietly(client, GET.repeat(all)));
      sending.start();
      int[] seen = {-1};
      await()
          .pollInterval(Duration.ofMillis(100))
          .until(
              () -> {
                boolean same = seen[0] == requests.get() && seen[0] > 0;
                seen[0] = requests.get();
                return same;
              });
      assertThat(requests.get()).isLessThan(all * 3 / 4);
      int bytes = 0;
      int read = 0;
      byte[] buffer = new byte[1 << 16];
      while (bytes < all * body.length && read >= 0) {
        read = client.getInputStream().read(buffer);
        bytes += read;
      }
      await().until(() -> requests.get() == all);
      sending.join();
    }
  }

  private static void sendQuietly(Socket client, String text) {
    try {
      RawServer.write(client, text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void bytesOfABodyThatWaitedForTheEndOfAPauseAreFlushed() throws Exception {
    CompletableFuture<ServerStream> paused = new CompletableFuture<>();
    onRequest =
        stream -> {
          stream.listen(new NotedStream(events));
          stream.readBody(
              new BodySink() {
                @Override
                public void part(ByteBuf part) {
                  events.add("part");
                  part.release();
                }

                @Override
                public void end(Head trailers) {
                  events.add("end");
                }
              });
          stream.pauseBody();
          paused.complete(stream);
        };
    try (Socket client = server.connect()) {
      RawServer.write(client, "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\nabc");
      ServerStream stream = paused.get(30, TimeUnit.SECONDS);
      assertThat(event()).isEqualTo("flush");
      server.loop.run(stream::resumeBody);
      assertThat(event()).isEqualTo("part");
      assertThat(event()).isEqualTo("flush");
    }
    await().until(() -> events.contains("gone"));
  }

  @Test
  void aDrainDoesNotCutOffWhatAClientHasNotReadYet() throws Exception {
    byte[] large = new byte[20 << 20];
    onRequest = stream -> TestServer.answer(stream, 200, large);
    try (Socket client = server.connect()) {
      RawServer.write(client, GET);
      await().until(() -> requests.get() == 1);
      CompletableFuture<Void> closed =
          server.loop.call(() -> server.clients.closeWhenDone().toCompletableFuture());
      assertThat(client.getInputStream().readAllBytes().length).isGreaterThan(large.length);
      closed.get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void aDrainThatBeginsDuringAResponseDoesNotCutItOff() throws Exception {
    byte[] large = new byte[20 << 20];
    CompletableFuture<ServerStream> begun = new CompletableFuture<>();
    onRequest =
        stream -> {
          stream.listen(new NotedStream(events));
          stream.respond(TestServer.head(stream, 200, large.length), large.length);
          begun.complete(stream);
        };
    try (Socket client = server.connect()) {
      RawServer.write(client, GET);
      ServerStream stream = begun.get(30, TimeUnit.SECONDS);
      CompletableFuture<Void> closed =
          server.loop.call(() -> server.clients.closeWhenDone().toCompletableFuture());
      server.loop.run(
          () -> {
            stream.write(Unpooled.wrappedBuffer(large));
            stream.finish(Head.NONE);
          });
      assertThat(client.getInputStream().readAllBytes().length).isGreaterThan(large.length);
      closed.get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void aClientThatGoesIsHeardOfInEachPhase() throws Exception {
    List<Consumer<ServerStream>> phases =
        List.of(
            stream -> {},
            stream -> stream.readBody(dropping()),
            stream -> {
              stream.respond(TestServer.head(stream, 200, 10), 10);
              stream.write(Unpooled.wrappedBuffer(OK));
            },
            stream -> {
              stream.respond(TestServer.head(stream, 200, 10), 10);
              stream.write(Unpooled.wrappedBuffer(OK));
              stream.flush();
            });
    for (Consumer<ServerStream> phase : phases) {
      onRequest =
          stream -> {
            stream.listen(new NotedStream(events));
            phase.accept(stream);
            events.add("begun");
          };
      try (Socket client = server.connect()) {
        RawServer.write(client, "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\nabc");
        await().until(() -> events.contains("begun"));
      }
      await().until(() -> events.contains("gone"));
      await().until(() -> server.connections.open() == 0);
      events.clear();
    }
  }

  private static BodySink dropping() {
    return new BodySink() {
      @Override
      public void part(ByteBuf part) {
        part.release();
      }

      @Override
      public void end(Head trailers) {}
    };
  }

  /** Each buffer takes more memory than its bytes. */
  @Test
  void manyTinyPiecesAreNotKeptForALaterRequest() {
    List<ServerStream> streams = new ArrayList<>();
    onRequest = streams::add;
    EmbeddedChannel channel = new EmbeddedChannel();
    ServerLoop clients =
        new ServerLoop(
            channel.eventLoop(),
            TestServer.LIMITS,
            new ServerHandler() {
              @Override
              public void request(ServerStream stream) {
                stream.listen(new NotedStream(events));
              }

              @Override
              public void malformed(ServerStream stream, Fault fault) {}
            },
            new ConnectionLimit(1, 100, () -> 0),
            ServerProtocols.HTTP1,
            System::nanoTime);
    channel.pipeline().addLast(clients.connection());
    channel.pipeline().fireChannelActive();
    channel.writeInbound(Unpooled.copiedBuffer(GET, ISO_8859_1));
    int pieces = 0;
    while (channel.config().isAutoRead() && pieces < 1_000) {
      channel.writeInbound(Unpooled.copiedBuffer("G", ISO_8859_1));
      pieces++;
    }
    assertThat(pieces).isLessThan(100);
    channel.finishAndReleaseAll();
  }
}
