package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.GatewayProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The jar with few open files and a crowd of clients that say nothing. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has prlimit")
class OpenFilesIT {

  private static final int FILES = 260;
  private static final int CROWD = 320;
  private static final String REFUSAL = "cannot accept connections";

  @TempDir Path directory;

  private final List<SocketChannel> crowd = new ArrayList<>();

  enum TransportName {
    IO_URING,
    EPOLL,
    NIO;

    private String text() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  @AfterEach
  void disperse() throws IOException {
    for (SocketChannel silent : crowd) {
      silent.close();
    }
    crowd.clear();
  }

  private void gather(JsonObject config, String section) throws IOException {
    int port = config.getJsonObject(section).getInteger("port");
    for (int i = 0; i < CROWD; i++) {
      crowd.add(SocketChannel.open(new InetSocketAddress("127.0.0.1", port)));
    }
  }

  private GatewayProcess start(JsonObject config) throws Exception {
    return GatewayProcess.startBy(
            List.of("prlimit", "--nofile=" + FILES), directory, "-conf", config.encode())
        .awaitReady();
  }

  private static String health(JsonObject config) throws Exception {
    int port = config.getJsonObject("instrumentation").getInteger("port");
    return Demo.get("http://127.0.0.1:" + port + "/health/ready");
  }

  private static JsonObject config(TransportName transport) throws Exception {
    JsonObject config = Demo.demo().put("transport", transport.text());
    // The crowd is to stay for as long as the test takes.
    config.getJsonObject("router-server").put("read-timeout", 300);
    return config;
  }

  @ParameterizedTest
  @EnumSource
  void silentClientsDoNotKeepOthersOut(TransportName transport) throws Exception {
    JsonObject config = config(transport);
    try (GatewayProcess gateway = start(config)) {
      gather(config, "router-server");
      for (int i = 0; i < 50; i++) {
        assertThat(Demo.get(Demo.router(config) + "/x")).startsWith("Hello from ");
        assertThat(health(config)).startsWith("{\"status\":\"UP\"");
      }
      assertThat(gateway.out().lines().filter(line -> line.contains(REFUSAL)))
          .hasSizeLessThanOrEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whereNothingCanBeAcceptedItWaits(TransportName transport) throws Exception {
    JsonObject config = config(transport);
    try (GatewayProcess gateway = start(config)) {
      gather(config, "instrumentation");
      await().until(() -> gateway.out().contains(REFUSAL));
      Duration before = gateway.cpu();
      await()
          .during(Duration.ofSeconds(4))
          .atMost(Duration.ofSeconds(30))
          .until(() -> gateway.out().lines().filter(line -> line.contains(REFUSAL)).count() <= 2);
      assertThat(gateway.cpu().minus(before)).isLessThan(Duration.ofMillis(2_500));
      disperse();
      assertThat(health(config)).startsWith("{\"status\":\"UP\"");
      assertThat(Demo.get(Demo.router(config) + "/x")).startsWith("Hello from ");
      assertThat(gateway.out()).doesNotContain("exceptionCaught");
    }
  }
}
