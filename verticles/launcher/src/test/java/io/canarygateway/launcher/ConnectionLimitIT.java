package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.FreePorts;
import io.canarygateway.fixtures.GatewayProcess;
import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.ScriptedGateway;
import io.canarygateway.fixtures.ScriptedUpstream;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A crowd of clients that say nothing, or not enough, where files are few: all others are served.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has prlimit")
class ConnectionLimitIT {

  private static final int FILES = 260;
  private static final int CROWD = 320;

  /** How long the crowd may say nothing; and far less, in which others have to be served. */
  private static final int READ_TIMEOUT = 120;

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final int MOST_LOG_BYTES = 100_000;

  @TempDir Path directory;

  private final List<RawSocket> crowd = new ArrayList<>();
  private ScriptedUpstream upstream;
  private JsonObject config;

  @BeforeEach
  void start() throws IOException {
    upstream = new ScriptedUpstream();
    config =
        new JsonObject()
            .put("main-target", upstream.url())
            .put("canary-target", upstream.url())
            .put("router-server", listener().put("read-timeout", READ_TIMEOUT))
            .put("instrumentation", listener());
  }

  @AfterEach
  void stop() throws IOException {
    leave();
    upstream.close();
  }

  private static JsonObject listener() {
    return new JsonObject().put("host", "127.0.0.1").put("port", FreePorts.next());
  }

  private int port(String section) {
    return config.getJsonObject(section).getInteger("port");
  }

  /** What each of a crowd says. */
  static Stream<String> crowds() {
    return Stream.of(
        "",
        "GET / HTTP/1.1\r\nHost: x\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n");
  }

  static Stream<Arguments> crowdsByTransport() {
    Stream<Arguments> silent =
        Stream.of("io_uring", "epoll", "nio")
            .filter(ConnectionLimitIT::isOffered)
            .map(transport -> Arguments.of(transport, ""));
    return Stream.concat(crowds().map(said -> Arguments.of("auto", said)), silent);
  }

  private static boolean isOffered(String transport) {
    return WorkingTransports.names().stream()
        .anyMatch(each -> each.name().equalsIgnoreCase(transport));
  }

  @ParameterizedTest
  @MethodSource("crowdsByTransport")
  void aCrowdLeavesFilesForAllElse(String transport, String said) throws Exception {
    config.put("transport", transport);
    try (GatewayProcess gateway =
        GatewayProcess.startBy(
                List.of("prlimit", "--nofile=" + FILES), directory, "-conf", config.encode())
            .awaitReady()) {
      assertServed();
      for (int i = 0; i < CROWD; i++) {
        join(said);
        if (i % 20 == 19) {
          assertServed();
        }
      }
      assertServed();
      leave();
      await().ignoreExceptions().untilAsserted(this::assertServed);
      assertThat(gateway.outBytes()).isLessThan(MOST_LOG_BYTES);
      assertThat(gateway.out()).doesNotContain("\"error\"");
      gateway.terminate();
      assertThat(gateway.exitCode()).isZero();
      assertThat(gateway.err()).isEmpty();
    }
  }

  /** The same by a setting, whatever the system allows. */
  @ParameterizedTest
  @MethodSource("crowds")
  void theLimitIsASetting(String said) throws Exception {
    config.getJsonObject("router-server").put("max-connections", 50);
    try (GatewayProcess gateway =
        GatewayProcess.start(directory, "-conf", config.encode()).awaitReady()) {
      for (int i = 0; i < 150; i++) {
        join(said);
        if (i % 20 == 19) {
          assertServed();
        }
      }
      await() // One is closed a moment after the one that takes its place has come.
          .untilAsserted(
              () -> assertThat(metric("gateway_client_connections")).isLessThanOrEqualTo(50));
      assertThat(gateway.err()).isEmpty();
    }
  }

  /** 31 KB that many clients have the gateway keep, more than its heap. */
  static Stream<String> largeHeads() {
    String fields = "X-Large: " + "x".repeat(31_000) + "\r\n";
    return Stream.of(
        "GET / HTTP/1.1\r\nHost: x\r\n" + fields,
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n" + fields + "\r\n");
  }

  @ParameterizedTest
  @MethodSource("largeHeads")
  void headsDoNotFillTheHeap(String said) throws Exception {
    try (GatewayProcess gateway =
        GatewayProcess.startPlain(directory, List.of("-Xmx48m"), "-conf", config.encode())
            .awaitReady()) {
      for (int i = 0; i < 2_000; i++) {
        join(said);
        if (i % 200 == 199) {
          assertServed();
        }
      }
      assertThat(gateway.out()).doesNotContain("OutOfMemoryError");
      assertThat(gateway.err()).isEmpty();
    }
  }

  private void join(String said) throws IOException {
    try {
      crowd.add(new RawSocket(port("router-server")).send(said));
    } catch (SocketException e) {
      // Sent away at once, which is as good.
    }
  }

  private void leave() throws IOException {
    for (RawSocket each : crowd) {
      each.close();
    }
    crowd.clear();
  }

  /** And soon: not when the others' time is over. */
  private void assertServed() throws IOException {
    long start = System.nanoTime();
    assertThat(ask("router-server", "/x")).isEqualTo("ok");
    assertThat(ask("router-server", "/application/health")).isEqualTo("OK");
    assertThat(ask("instrumentation", "/health/ready")).contains("\"status\":\"UP\"");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
  }

  private String ask(String section, String path) throws IOException {
    try (RawSocket client = new RawSocket(port(section))) {
      return client
          .send(ScriptedGateway.request("GET " + path + " HTTP/1.1", "Connection: close"))
          .reply()
          .body();
    }
  }

  private double metric(String name) throws IOException {
    return ask("instrumentation", "/metrics")
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .sum();
  }
}
