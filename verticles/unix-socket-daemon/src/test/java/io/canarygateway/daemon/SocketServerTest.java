package io.canarygateway.daemon;

import static io.canarygateway.fixtures.UnixSocketClient.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.sun.management.UnixOperatingSystemMXBean;
import io.canarygateway.decision.Assigner;
import io.canarygateway.fixtures.UnixSocketClient;
import io.canarygateway.message.MeterReporter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.management.ManagementFactory;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** The socket by itself, on epoll (if this machine has it) and on Java's own. */
class SocketServerTest {

  private static final int MAX_CONNECTIONS = 20;
  private static final int ON_THEIR_WAY = 8;

  /** More than are served at one event loop. */
  private static final int CROWD = 400;

  /** With epoll, if there is one, and without. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @Retention(RetentionPolicy.RUNTIME)
  private @interface OnEachTransport {}

  @TempDir Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final List<SocketChannel> clients = new ArrayList<>();
  private Path socket;
  private SocketServer server;

  @BeforeEach
  void name() {
    socket = directory.resolve("s");
  }

  @AfterEach
  void stop() throws Exception {
    for (SocketChannel client : clients) {
      client.close();
    }
    server.close();
    vertx.close();
  }

  private void start(boolean nativeTransport, boolean keepAlive) throws Exception {
    start(nativeTransport, keepAlive, MAX_CONNECTIONS);
  }

  private void start(boolean nativeTransport, boolean keepAlive, int maxConnections)
      throws Exception {
    server =
        new SocketServer(
            nativeTransport,
            keepAlive,
            new ConnectionLimit(maxConnections, ON_THEIR_WAY),
            new Assigner(ThreadLocalRandom::current, "app"));
    listen(socket, "", 0.5);
  }

  private RouteSocket listen(Path path, String route, double share) throws Exception {
    SocketMeters meters = new SocketMeters(registry, route);
    RouteSocket listening =
        server.socket(() -> new DaemonMetrics(meters, new MeterReporter(vertx)));
    listening.share(share);
    listening.countFromNow();
    server.listen(listening, path);
    return listening;
  }

  private SocketChannel connect() throws IOException {
    SocketChannel client = UnixSocketClient.connect(socket);
    clients.add(client);
    return client;
  }

  private static String readAll(SocketChannel client) throws IOException {
    StringBuilder text = new StringBuilder();
    ByteBuffer bytes = ByteBuffer.allocate(8_192);
    while (client.read(bytes.clear()) >= 0) {
      text.append(StandardCharsets.US_ASCII.decode(bytes.flip()));
    }
    return text.toString();
  }

  private double connections(String result) {
    return registry.get("gateway_daemon_connections").tag("result", result).counter().count();
  }

  @OnEachTransport
  void aLineIsAnsweredAndTheConnectionEnds(boolean nativeTransport) throws Exception {
    start(nativeTransport, false);
    SocketChannel client = connect();
    write(client, "0.25\n");
    assertThat(readAll(client)).isEqualTo("0.25\ncanary\n");
    await().until(() -> connections("success") == 1);
  }

  @OnEachTransport
  void whoSendsTheLastLineAndNoMoreGetsAnAnswer(boolean nativeTransport) throws Exception {
    start(nativeTransport, false);
    SocketChannel client = connect();
    write(client, "0.75\n");
    client.shutdownOutput();
    assertThat(readAll(client)).isEqualTo("0.75\nmaster\n");
  }

  @OnEachTransport
  void keptAliveWhoSendsNoMoreGetsAllAnswers(boolean nativeTransport) throws Exception {
    start(nativeTransport, true);
    SocketChannel client = connect();
    int lines = 50_000;
    CompletableFuture<String> answers =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return readAll(client);
              } catch (IOException e) {
                return e.toString();
              }
            });
    write(client, "0.25\n".repeat(lines));
    client.shutdownOutput();
    assertThat(answers.get(20, TimeUnit.SECONDS)).isEqualTo("0.25\ncanary\n".repeat(lines));
  }

  @OnEachTransport
  void keptAliveWhoReadsLateGetsAllAnswers(boolean nativeTransport) throws Exception {
    start(nativeTransport, true, CROWD);
    // Some of the answers that are left when the last line was read fit into the system's buffers,
    // some do not, and some of these are few enough for the end of the input to be read. A few
    // at a time are read before the second is over after which who reads nothing is closed.
    List<Integer> counts = IntStream.rangeClosed(5, 37).map(i -> i * 800).boxed().toList();
    for (int first = 0; first < counts.size(); first += 7) {
      int end = Math.min(counts.size(), first + 7);
      for (int lines : counts.subList(first, end)) {
        SocketChannel client = connect();
        write(client, "0.25\n".repeat(lines));
        client.shutdownOutput();
      }
      await().pollDelay(100, TimeUnit.MILLISECONDS).until(() -> true);
      for (int i = first; i < end; i++) {
        assertThat(readAll(clients.get(i))).isEqualTo("0.25\ncanary\n".repeat(counts.get(i)));
      }
    }
  }

  @OnEachTransport
  void aBurstHoldsNoMoreFilesThanItMay(boolean nativeTransport) throws Exception {
    start(nativeTransport, false, 64);
    write(connect(), "0.25\n");
    readAll(clients.get(0));
    long before = openFiles() - clients.size();
    for (int i = 0; i < 3_000; i++) {
      connect();
      if (i % 16 == 0) {
        assertThat(openFiles() - clients.size() - before).isLessThan(64 + 3 * ON_THEIR_WAY + 16);
      }
    }
    SocketChannel client = connect();
    write(client, "0.25\n");
    assertThat(readAll(client)).isEqualTo("0.25\ncanary\n");
  }

  private static long openFiles() {
    return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getOpenFileDescriptorCount();
  }

  @OnEachTransport
  void nothingIsLoggedOfAConnection(boolean nativeTransport) throws Exception {
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.addAppender(lines);
    try {
      start(nativeTransport, true);
      SocketChannel client = connect();
      write(client, "0.25\n");
      client.shutdownOutput();
      assertThat(readAll(client)).isEqualTo("0.25\ncanary\n");
    } finally {
      root.detachAppender(lines);
    }
    assertThat(lines.list).noneMatch(line -> line.getLevel().isGreaterOrEqual(Level.INFO));
  }

  @OnEachTransport
  void theQuietestGivesWayToWhoIsNew(boolean nativeTransport) throws Exception {
    start(nativeTransport, true);
    for (int i = 0; i < MAX_CONNECTIONS / 2; i++) {
      write(connect(), "0.25\n"); // Those in front.
    }
    long begun = System.nanoTime();
    SocketChannel quiet = connect();
    quiet.configureBlocking(false);
    SocketChannel busy = connect();
    // On a slow machine those in front may have moved behind others, so it takes more who are new.
    await()
        .pollInterval(1, TimeUnit.MILLISECONDS)
        .until(
            () -> {
              write(busy, "0.25\n");
              busy.read(ByteBuffer.allocate(64));
              write(connect(), "0.25\n");
              return quiet.read(ByteBuffer.allocate(1)) < 0;
            });
    assertThat(System.nanoTime() - begun)
        .as("later it would be closed for its silence alone")
        .isLessThan(ConnectionGroup.LIFETIME.toNanos());
    write(busy, "0.75\n");
    busy.shutdownOutput();
    assertThat(readAll(busy)).isEqualTo("0.75\nmaster\n");
  }

  @OnEachTransport
  void inACrowdWhoWasQuietIsAnsweredAllTheSame(boolean nativeTransport) throws Exception {
    start(nativeTransport, false, 2 * CROWD);
    for (int i = 0; i < CROWD; i++) {
      connect();
    }
    // Some of them have moved to the second event loop, and all of them have half a second left.
    await().pollDelay(100, TimeUnit.MILLISECONDS).until(() -> true);
    for (int i = 0; i < CROWD; i++) {
      write(clients.get(i), i % 2 == 0 ? "0.25\n" : "0.75\n");
    }
    for (int i = 0; i < CROWD; i++) {
      assertThat(readAll(clients.get(i)))
          .isEqualTo(i % 2 == 0 ? "0.25\ncanary\n" : "0.75\nmaster\n");
    }
    await().until(() -> connections("success") == CROWD);
    assertThat(connections("failure")).isZero();
  }

  @OnEachTransport
  void inACrowdThoseWhoSayNothingAreCutAndKeptOnesGoOn(boolean nativeTransport) throws Exception {
    start(nativeTransport, true, 2 * CROWD);
    SocketChannel kept = connect();
    for (int i = 0; i < CROWD; i++) {
      connect();
    }
    ByteBuffer answer = ByteBuffer.allocate(64);
    await()
        .pollInterval(100, TimeUnit.MILLISECONDS)
        .until(
            () -> {
              write(kept, "0.25\n");
              kept.read(answer.clear());
              assertThat(StandardCharsets.US_ASCII.decode(answer.flip()).toString())
                  .isEqualTo("0.25\ncanary\n");
              return connections("failure") == CROWD;
            });
    assertThat(readAll(clients.get(CROWD))).isEmpty();
  }

  @OnEachTransport
  void whoIsInTheMiddleOfALineIsAnsweredBeforeTheEnd(boolean nativeTransport) throws Exception {
    start(nativeTransport, false);
    SocketChannel client = connect();
    write(client, "0.2");
    SocketChannel other = connect();
    write(other, "\n");
    readAll(other); // So what came before is read too.
    CompletableFuture<Void> closed =
        CompletableFuture.runAsync(
            () -> {
              try {
                server.close();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    await().until(() -> !isListening());
    assertThat(closed).isNotDone();
    write(client, "5\n");
    assertThat(readAll(client)).isEqualTo("0.25\ncanary\n");
    closed.get(30, TimeUnit.SECONDS);
  }

  private boolean isListening() {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      return false;
    }
  }
}
