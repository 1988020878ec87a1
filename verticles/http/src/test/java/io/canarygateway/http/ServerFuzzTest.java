package io.canarygateway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Clients that break HTTP at random: only unambiguous requests are served, and none behind a
 * malformed one.
 */
@ExtendWith(NothingLost.class)
class ServerFuzzTest {

  private static final ServerLimits SHORT =
      new ServerLimits(
          new HeadLimits(8 * 1024, 64),
          Duration.ofMillis(200),
          Duration.ofMillis(200),
          Duration.ofMillis(500));

  private static final List<String> REQUESTS =
      List.of(
          "GET /a?b HTTP/1.1\r\nHost: test\r\n\r\n",
          "GET http://test/a HTTP/1.1\r\nHost: test\r\nX-A: b\r\n\r\n",
          "POST /a HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\nhello",
          "POST /a HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"
              + "5\r\nhello\r\n0\r\n\r\n",
          "POST /a HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"
              + "5;x\r\nhello\r\n0\r\nA: b\r\n\r\n",
          "PUT /a HTTP/1.1\r\nHost: test\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc",
          "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
          "OPTIONS * HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");

  @Test
  void whatIsServedIsClearAndEachConnectionEnds() throws Exception {
    Fuzzing.run(Clients::new);
  }

  private static final class Clients implements Fuzzing.Tries {

    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final FuzzedHandler handler;
    private final TestServer server;

    Clients(Random random) {
      handler = new FuzzedHandler(random.nextLong(), wrong);
      server = new TestServer(SHORT, handler);
      handler.use(server.loop.currentLoop());
    }

    @Override
    public void tryOne(Random random, String number) throws Exception {
      StringBuilder pipeline = new StringBuilder();
      for (int i = random.nextInt(4); i >= 0; i--) {
        pipeline.append(Mutations.mutate(Mutations.one(REQUESTS, random), random));
      }
      String name = number + "\n" + pipeline;
      String answers = send(server, pipeline.toString(), random);
      for (int i = 0; i < 3; i++) {
        server.loop.run(() -> {}); // After this task the connection was accepted.
      }
      long left = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
      while (server.connections.open() > 0) {
        server.loop.run(() -> {});
        assertThat(System.nanoTime()).as(name).isLessThan(left);
      }
      assertThat(wrong).as(name).isEmpty();
      if (answers.contains(FuzzedHandler.REFUSAL)) {
        int last = answers.lastIndexOf("HTTP/1.1 ");
        assertThat(answers.substring(last)).as(name).contains(FuzzedHandler.REFUSAL);
      }
    }

    @Override
    public void close() {
      server.close();
      assertThat(handler.open()).as("each stream was answered or heard of its end").isZero();
    }
  }

  /** Sends bytes in pieces, then reads all, closes early, or reads nothing. */
  private static String send(TestServer server, String pipeline, Random random) throws IOException {
    try (Socket socket = server.connect()) {
      long cut = random.nextInt(3) == 0 ? random.nextLong() : 0;
      for (String piece : Bytes.cut(pipeline, cut)) {
        RawServer.write(socket, piece);
      }
      switch (random.nextInt(8)) {
        case 0 -> {
          return "";
        }
        case 1 -> {
          socket.setSoLinger(true, 0);
          return "";
        }
        case 2 -> socket.shutdownOutput();
        default -> {
          // The server closes the connection, at the latest because the client is silent.
        }
      }
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    } catch (SocketTimeoutException e) {
      throw new AssertionError("the connection did not end", e);
    } catch (IOException e) {
      return ""; // The server has reset the connection.
    }
  }
}
