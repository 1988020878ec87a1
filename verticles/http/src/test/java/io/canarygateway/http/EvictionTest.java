package io.canarygateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Two event loops with a limit of four clients. Connections go to the second, the first, and so on.
 */
class EvictionTest {

  private static final String UNANSWERED = "GET /unanswered HTTP/1.1\r\nHost: test\r\n\r\n";
  private static final String LAST = "GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";

  private final AtomicLong clock = new AtomicLong();
  private final ConnectionLimit limit = new ConnectionLimit(4, 100, () -> 0);
  private final List<TestLoop> loops = List.of(new TestLoop(), new TestLoop());
  private final AtomicInteger unanswered = new AtomicInteger();
  private final List<Socket> clients = new ArrayList<>();
  private ServerListener listener;
  private int port;

  @BeforeEach
  void listen() throws Exception {
    listener = new ServerListener(loops.get(0), new InetSocketAddress("127.0.0.1", 0), 2);
    join(loops.get(0));
    port = join(loops.get(1)).toCompletableFuture().get(30, TimeUnit.SECONDS).getPort();
  }

  private CompletionStage<InetSocketAddress> join(TestLoop loop) {
    return listener.join(
        loop.call(
            () ->
                new ServerLoop(
                    loop.currentLoop(),
                    TestServer.LIMITS,
                    new Answers(),
                    limit,
                    ServerProtocols.HTTP1,
                    clock::get)));
  }

  @AfterEach
  void stop() throws IOException {
    for (Socket client : clients) {
      client.close();
    }
    listener.close();
    loops.forEach(TestLoop::close);
  }

  private final class Answers implements ServerHandler {

    @Override
    public void request(ServerStream stream) {
      if (stream.head().path().equals("/unanswered")) {
        stream.listen(StreamListener.NONE);
        unanswered.incrementAndGet();
      } else {
        TestServer.answer(stream, 200, new byte[0]);
      }
    }

    @Override
    public void malformed(ServerStream stream, Fault fault) {
      throw new AssertionError(fault);
    }
  }

  /** Each client comes clearly later than the one before: the server's order needs a time. */
  private Socket connect(String said) throws IOException {
    clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(100));
    final int before = limit.open();
    final int asked = unanswered.get();
    Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
    client.setSoTimeout(30_000);
    clients.add(client);
    await().until(() -> limit.open() > before || limit.open() == 4);
    RawServer.write(client, said);
    await().until(() -> !said.equals(UNANSWERED) || unanswered.get() > asked);
    return client;
  }

  /**
   * Connects a client that says nothing, and waits until it is known as the one that was silent for
   * longest. Others may have been known so for a moment, before what they said was read.
   */
  private Socket connectSilent() throws IOException {
    Socket silent = connect("");
    await()
        .until(
            () ->
                limit
                    .longestSilent()
                    .filter(longest -> longest.silentSince() == clock.get())
                    .isPresent());
    return silent;
  }

  private static String read(Socket client) throws IOException {
    return new String(client.getInputStream().readAllBytes());
  }

  /** The event loop of the new connection has no silent client. */
  @Test
  void aSilentClientOfAnotherEventLoopMakesRoom() throws IOException {
    connect(UNANSWERED);
    final Socket silent = connectSilent();
    connect(UNANSWERED);
    connect(UNANSWERED);
    assertThat(read(connect(LAST))).startsWith("HTTP/1.1 200");
    assertThat(read(silent)).isEmpty();
  }

  @Test
  void theClientThatWasSilentForLongestGoesOnWhateverEventLoop() throws IOException {
    connect(UNANSWERED);
    final Socket silent = connectSilent();
    clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
    final Socket younger = connect("");
    connect(UNANSWERED);
    assertThat(read(connect(LAST))).startsWith("HTTP/1.1 200");
    assertThat(read(silent)).isEmpty();
    RawServer.write(younger, LAST);
    assertThat(read(younger)).startsWith("HTTP/1.1 200");
  }

  @Test
  void aNewcomerTakesThePlaceOfOneClient() throws IOException {
    for (int i = 0; i < 4; i++) {
      connect("");
    }
    for (int i = 0; i < 100; i++) {
      connect("");
      assertThat(read(clients.get(i))).isEmpty();
      await().until(() -> limit.open() == 4);
    }
  }

  @Test
  void withoutASilentClientTheNewcomerGoes() throws IOException {
    for (int i = 0; i < 4; i++) {
      connect(UNANSWERED);
    }
    await().until(() -> limit.longestSilent().isEmpty());
    Socket newcomer = new Socket(InetAddress.getLoopbackAddress(), port);
    clients.add(newcomer);
    assertThat(read(newcomer)).isEmpty();
    await().until(() -> limit.open() == 4);
  }
}
