package io.canarygateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Upstreams that break HTTP at random: each call ends, and none affects the next one. */
@ExtendWith(NothingLost.class)
class UpstreamFuzzTest {

  private static final Duration TIMEOUT = Duration.ofMillis(300);
  private static final String MARK = "HTTP/1.1 200 OK\r\nX-Mark: %d\r\nContent-Length: 2\r\n\r\nok";

  private static final List<String> RESPONSES =
      List.of(
          "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nA: b\r\n\r\n",
          "HTTP/1.1 200 OK\r\n\r\nhello until the end",
          "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello",
          "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
          "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nbytes");

  @Test
  void eachCallEndsAndTheNextIsUnharmed() throws Exception {
    Fuzzing.run(random -> new Responses());
  }

  private static final class Responses implements Fuzzing.Tries {

    private final TestLoop loop = new TestLoop();
    private final RawServer server = new RawServer(socket -> {});
    private final Clock clock = new Clock();
    private final UpstreamLoop upstreams =
        loop.call(
            () ->
                new UpstreamLoop(
                    loop.currentLoop(), loop, loop.upstreamConnections, () -> false, clock::nanos));

    private Responses() throws Exception {}

    @Override
    public void tryOne(Random random, String number) throws Exception {
      String response = Mutations.mutate(Mutations.one(RESPONSES, random), random);
      UpstreamTarget pool =
          loop.target(upstreams, TestLoop.settings("127.0.0.1", server.port(), 2, TIMEOUT));
      UpstreamFuzzTest.tryOne(loop, clock, pool, server, response, random.nextLong(), number);
      loop.run(pool::retire);
    }

    @Override
    public void close() throws IOException {
      try (loop;
          server) {
        await().until(() -> loop.upstreamConnections.get() == 0);
      }
    }
  }

  /** A clock that can stand still. Confined to the event loop. */
  private static final class Clock {

    private long behind;
    private long stoppedAt;
    private boolean stopped;

    long nanos() {
      return stopped ? stoppedAt : System.nanoTime() - behind;
    }

    void stop() {
      stoppedAt = nanos();
      stopped = true;
    }

    void goOn() {
      behind = System.nanoTime() - stoppedAt;
      stopped = false;
    }
  }

  private static void tryOne(
      TestLoop loop,
      Clock clock,
      UpstreamTarget pool,
      RawServer server,
      String response,
      long seed,
      String name)
      throws Exception {
    Random random = new Random(seed);
    int mark = random.nextInt(1_000_000);
    int ending = random.nextInt(20);
    long cut = random.nextInt(3) == 0 ? seed : 0;
    CountDownLatch written = new CountDownLatch(1);
    AtomicBoolean first = new AtomicBoolean();
    server.use(
        socket -> {
          if (!first.compareAndSet(false, true)) {
            RawServer.answering(String.format(MARK, mark)).serve(socket);
            return;
          }
          try {
            RawServer.readHead(socket);
            for (String piece : Bytes.cut(response, cut)) {
              RawServer.write(socket, piece);
            }
          } finally {
            written.countDown();
          }
          end(socket, ending, mark);
        });
    Unruly broken = new Unruly(random, loop.currentLoop());
    boolean withBody = random.nextInt(4) == 0;
    String method = withBody ? "POST" : random.nextInt(4) == 0 ? "HEAD" : "GET";
    broken.begin(loop, pool, method, withBody ? 10 : 0);
    if (random.nextInt(10) == 0) {
      loop.run(broken.call::abandon);
      return;
    }
    broken.awaitOver(name + " " + method + " " + ending + " " + cut + "\n" + response + "\n");
    if (broken.failure != null && broken.failure.cause().contains("connecting")) {
      return; // The machine was too busy: the server did not get the call.
    }
    assertThat(written.await(30, TimeUnit.SECONDS)).as(name).isTrue();
    loop.run(() -> {});
    loop.run(() -> {}); // After this task all that was written is read.
    loop.run(clock::stop); // These calls are answered, however long a busy machine takes.
    for (int i = 0; i < 2; i++) {
      RecordedCall next = new RecordedCall().begin(loop, pool, "GET").await();
      assertThat(next.failure).as(name + "\n" + response).isNull();
      assertThat(next.head.first("X-Mark")).as(name + "\n" + response).isNotNull();
      assertThat(next.text()).as(name + "\n" + response).isEqualTo("ok");
      assertThat(next.head.size()).isEqualTo(2);
    }
    loop.run(clock::goOn);
    if (broken.failure != null) {
      assertThat(broken.failure.cause()).doesNotContain("Exception: null", "java.lang.");
    }
  }

  /** Usually ends the response properly, so that the connection could be reused. */
  private static void end(Socket socket, int how, int mark) throws Exception {
    switch (how) {
      case 0 -> {
        socket.setSoLinger(true, 0);
        socket.close();
      }
      case 1 -> RawServer.readHead(socket); // A timeout.
      case 2, 3, 4, 5, 6 -> {
        while (!RawServer.readHead(socket).isEmpty()) {
          RawServer.write(socket, String.format(MARK, mark));
        }
      }
      default -> socket.shutdownOutput();
    }
  }

  /** Pauses, resumes and abandons the call at random. */
  private static final class Unruly extends RecordedCall {

    private final Random random;
    private final Executor loop;
    private final CountDownLatch over = new CountDownLatch(1);
    private final StringBuffer trace = new StringBuffer();
    private boolean abandoned;

    Unruly(Random random, Executor loop) {
      this.loop = loop;
      this.random = new Random(random.nextLong());
    }

    void awaitOver(String name) throws InterruptedException {
      assertThat(over.await(30, TimeUnit.SECONDS)).as(name + trace).isTrue();
    }

    @Override
    public void responseEnded(Head trailers) {
      super.responseEnded(trailers);
      over.countDown();
    }

    @Override
    public void failed(CallFailure failure) {
      super.failed(failure);
      over.countDown();
    }

    @Override
    public void bodyWanted() {
      maybeLeave();
      if (random.nextBoolean()) {
        send();
      } else {
        loop.execute(this::send);
      }
    }

    private void send() {
      call.write(Bytes.of("0123456789"));
      call.finishBody();
    }

    @Override
    public void responded(ResponseHead head, long length) {
      super.responded(head, length);
      trace.append("head ");
      maybeLeave();
    }

    @Override
    public void interim(ResponseHead head) {
      super.interim(head);
      maybeLeave();
    }

    @Override
    public void responsePart(ByteBuf part) {
      super.responsePart(part);
      trace.append("part ");
      if (random.nextInt(3) == 0) {
        call.pause();
        loop.execute(call::resume);
      }
      maybeLeave();
    }

    private void maybeLeave() {
      if (!abandoned && random.nextInt(20) == 0) {
        abandoned = true;
        call.abandon();
        over.countDown();
      }
    }
  }
}
