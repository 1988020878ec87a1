package io.canarygateway.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.canarygateway.config.ConfigException;
import io.canarygateway.fixtures.UnixSocketClient;
import io.canarygateway.fixtures.VerticleHost;
import io.canarygateway.message.ComponentHealth;
import io.canarygateway.message.ComponentHealth.Status;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The assignment daemon on a real Unix socket. */
class DaemonTest {

  private static final String FRESH = "0\\.[0-9]+\n";

  @TempDir Path directory;
  private VerticleHost host;
  private Path socket;

  @BeforeEach
  void placeSocket() {
    socket = directory.resolve("d.sock");
  }

  @AfterEach
  void stop() {
    if (host != null) {
      host.close();
    }
  }

  private JsonObject config(double rollout, boolean keepAlive) {
    return new JsonObject()
        .put("main-target", "http://127.0.0.1:1")
        .put("canary-target", "http://127.0.0.1:1")
        .put("rollout", new JsonObject().put("canary", rollout))
        .put(
            "daemon",
            new JsonObject()
                .put("socket", socket.toString())
                .put("state-dir", directory.resolve("state").toString())
                .put("keep-alive", keepAlive));
  }

  private static VerticleHost start(JsonObject config) throws ConfigException {
    VerticleHost host = VerticleHost.with(config);
    try {
      host.deploy(
          new UnixSocketDaemonVerticle(host.config().daemon(), host.isNative(), host.registry()));
      return host;
    } catch (Exception e) {
      host.close();
      throw e;
    }
  }

  private void startWith(double rollout) throws ConfigException {
    host = start(config(rollout, false));
  }

  private static String readLines(SocketChannel channel, int lines) throws IOException {
    StringBuilder text = new StringBuilder();
    ByteBuffer one = ByteBuffer.allocate(1);
    while (text.chars().filter(c -> c == '\n').count() < lines && channel.read(one) > 0) {
      text.append((char) one.flip().get());
      one.clear();
    }
    return text.toString();
  }

  private String ask(String text) throws IOException {
    return UnixSocketClient.ask(socket, text);
  }

  @Test
  void anyoneMayConnect() throws Exception {
    startWith(0.5);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
        .isEqualTo("rw-rw-rw-");
  }

  @Test
  void whatItAskedItselfBeforeAnybodyCouldIsNotCounted() throws Exception {
    startWith(0.5);
    assertThat(
            host.metrics()
                .lines()
                .filter(line -> line.matches("gateway_daemon_.*_(total|count).*")))
        .hasSize(6)
        .allMatch(line -> line.matches(".* 0(\\.0)?"));
    assertThat(directory)
        .as("nor is its place left over")
        .isDirectoryNotContaining("glob:**/.gateway-*");
  }

  @Test
  void anEmptyLineGetsAFreshAssignment() throws Exception {
    startWith(1);
    assertThat(ask("\n")).matches(FRESH + "canary\n").isNotEqualTo(ask("\n"));
    host.close();
    startWith(0);
    assertThat(ask("\n")).matches(FRESH + "master\n");
  }

  @Test
  void anAssignmentComesBackUnchangedWithItsLocation() throws Exception {
    startWith(0.5);
    assertThat(ask("0.25\n")).isEqualTo("0.25\ncanary\n");
    assertThat(ask("0.5\n")).isEqualTo("0.5\nmaster\n");
    assertThat(ask("2.5e-1\n")).isEqualTo("2.5e-1\ncanary\n");
    assertThat(ask(".750\r\n")).isEqualTo(".750\nmaster\n");
    assertThat(ask("0\n")).isEqualTo("0\ncanary\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "1", "-0.1", "NaN", "Inf", "0x1p-4", " 0.5", "0.5 x", "\u0000"})
  void whatIsNoAssignmentGetsOneAndMaster(String line) throws Exception {
    startWith(1);
    assertThat(ask(line + "\n")).matches(FRESH + "master\n");
    assertThat(host.metric("gateway_daemon_answers_total{location=\"failure\"}")).isEqualTo(1);
  }

  @Test
  void aLineMayComeInPieces() throws Exception {
    startWith(0.5);
    try (SocketChannel channel = UnixSocketClient.connect(socket)) {
      for (char c : "0.125\n".toCharArray()) {
        UnixSocketClient.write(channel, String.valueOf(c));
      }
      assertThat(UnixSocketClient.readAll(channel)).isEqualTo("0.125\ncanary\n");
    }
  }

  @Test
  void onlyTheFirstLineOfAConnectionCounts() throws Exception {
    startWith(0.5);
    assertThat(ask("0.1\n0.9\n")).startsWith("0.1\ncanary\n").doesNotContain("0.9");
  }

  @Test
  void anEndlessLineIsAnsweredWithoutBeingKept() throws Exception {
    startWith(1);
    assertThat(ask("1".repeat(100_000))).startsWith("0.").contains("\nmaster\n");
    assertThat(ask("\n")).endsWith("canary\n");
  }

  @Test
  void aClientThatSaysNothingHasASecond() throws Exception {
    startWith(1);
    long start = System.nanoTime();
    try (SocketChannel channel = UnixSocketClient.connect(socket)) {
      assertThat(UnixSocketClient.readAll(channel)).isEmpty();
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(Duration.ofMillis(900), Duration.ofSeconds(20));
    await()
        .untilAsserted(
            () ->
                assertThat(host.metric("gateway_daemon_connections_total{result=\"failure\"}"))
                    .isEqualTo(1));
  }

  @Test
  void keptAliveAConnectionMaySendManyLines() throws Exception {
    host = start(config(0.5, true));
    try (SocketChannel channel = UnixSocketClient.connect(socket)) {
      UnixSocketClient.write(channel, "0.1\n0.9\n");
      assertThat(readLines(channel, 4)).isEqualTo("0.1\ncanary\n0.9\nmaster\n");
      UnixSocketClient.write(channel, "x".repeat(10_000) + "\n0.2\n");
      assertThat(readLines(channel, 4)).matches(FRESH + "master\n0\\.2\ncanary\n");
      assertThat(UnixSocketClient.readAll(channel)).as("a second of silence").isEmpty();
    }
  }

  @Test
  void aFloodOnAKeptConnectionIsAnsweredWhole() throws Exception {
    host = start(config(0.5, true));
    try (SocketChannel channel = UnixSocketClient.connect(socket)) {
      UnixSocketClient.write(channel, "0.1\n0.9\n".repeat(2_000));
      assertThat(readLines(channel, 8_000)).isEqualTo("0.1\ncanary\n0.9\nmaster\n".repeat(2_000));
    }
  }

  @Test
  void aKeptConnectionThatTakesNoAnswersIsClosed() throws Exception {
    host = start(config(0.5, true));
    try (SocketChannel channel = UnixSocketClient.connect(socket)) {
      channel.configureBlocking(false);
      await()
          .until(
              () -> {
                try {
                  return channel.write(
                          ByteBuffer.wrap("\n".repeat(1_000).getBytes(StandardCharsets.US_ASCII)))
                      < 0;
                } catch (IOException e) {
                  return true;
                }
              });
      assertThat(ask("0.1\n")).isEqualTo("0.1\ncanary\n");
    }
  }

  @Test
  void aChangeOfTheRolloutCountsForTheNextLine() throws Exception {
    startWith(0);
    assertThat(ask("0.5\n")).endsWith("master\n");
    host.use(config(0.6, false));
    assertThat(ask("0.5\n")).endsWith("canary\n");
  }

  @Test
  void whatADeadGatewayLeftBehindIsReplaced() throws Exception {
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(socket));
    }
    assertThat(socket).exists();
    startWith(1);
    assertThat(ask("\n")).endsWith("canary\n");
    host.close();
    host = null;
    assertThat(socket).as("removed on stop").doesNotExist();
    Files.createFile(socket);
    startWith(1);
    assertThat(ask("\n")).endsWith("canary\n");
  }

  @Test
  void whatSomebodyElseServesOrKeepsIsNotTaken() throws Exception {
    startWith(1);
    assertThatThrownBy(() -> start(config(0, false)))
        .hasMessageContaining("daemon.socket")
        .hasMessageContaining("a socket that no other process serves");
    assertThat(ask("\n")).endsWith("canary\n");
    host.close();
    host = null;
    Files.writeString(socket, "precious");
    assertThatThrownBy(() -> startWith(1)).hasMessageContaining("other files are not removed");
    assertThat(socket).hasContent("precious");
  }

  @Test
  void theMaintenanceFileFollowsItsRollout() throws Exception {
    JsonObject config = config(0, false);
    config.getJsonObject("rollout").put("maintenance", 0.1);
    host = start(config);
    Path maintenance = directory.resolve("state/maintenance/app");
    await().until(() -> Files.exists(maintenance));
    config.getJsonObject("rollout").put("maintenance", 0);
    host.use(config);
    await().until(() -> !Files.exists(maintenance));
  }

  @Test
  void aDirectoryThatCannotBeWrittenIsToldAndDoesNoHarm() throws Exception {
    Files.writeString(directory.resolve("state"), "a file");
    JsonObject config = config(1, false);
    config.getJsonObject("rollout").put("maintenance", 1);
    host = start(config);
    await()
        .untilAsserted(
            () ->
                assertThat(host.health("daemon"))
                    .isNotNull()
                    .extracting(ComponentHealth::status)
                    .isEqualTo(Status.DEGRADED));
    assertThat(ask("\n")).endsWith("canary\n");
  }

  @Test
  void silentConnectionsDoNotKeepGoodOnesWaiting() throws Exception {
    startWith(1);
    List<SocketChannel> silent = new ArrayList<>();
    try {
      for (int i = 0; i < 500; i++) {
        silent.add(UnixSocketClient.connect(socket));
      }
      assertThat(ask("\n")).endsWith("canary\n");
    } finally {
      for (SocketChannel channel : silent) {
        channel.close();
      }
    }
  }
}
