package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.fixtures.GatewayProcess;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with a configuration or with the machine, and the exit code that says so. */
class ExitCodesIT {

  @TempDir Path directory;

  @Test
  @EnabledOnOs(OS.LINUX)
  void aTransportThatDoesNotWorkIsExitCode78() throws Exception {
    String config = Demo.demo().put("transport", "epoll").encode();
    try (GatewayProcess gateway =
        GatewayProcess.start(
            directory, List.of("-Dio.netty.transport.noNative=true"), "-conf", config)) {
      assertThat(gateway.exitCode()).isEqualTo(78);
      assertThat(gateway.err().strip())
          .isEqualTo(
              "transport: epoll (expected one that works here; epoll: not available: Native"
                  + " transport was explicit disabled with -Dio.netty.transport.noNative=true)");
    }
  }

  @Test
  void fiveFaultsAreFiveLinesAndExitCode78() throws Exception {
    Path file = directory.resolve("faulty.json");
    Files.writeString(
        file,
        """
        {"router-server": {"port": "http"}, "main-target": "nowhere", "canary-target": "http://c",
         "sidecar-ulr": "http://s", "circuit-breaker": {"request-limit-canary": -3},
         "log": {"level": "loud"}}
        """);
    try (GatewayProcess gateway = GatewayProcess.start(directory, "-conf", file.toString())) {
      assertThat(gateway.exitCode()).isEqualTo(78);
      assertThat(gateway.err().lines())
          .containsExactly(
              "router-server.port: \"http\" (expected a whole number, 0 to 65535)",
              "main-target: \"nowhere\" (expected an absolute http or https URL such as"
                  + " http://127.0.0.1:8080, or a list of at most 64 with one scheme, path and query)",
              "sidecar-ulr: \"http://s\" (expected a known key; the nearest is sidecar-url)",
              "circuit-breaker.request-limit-canary: -3 (expected a whole number of at least 0)",
              "log.level: \"loud\" (expected one of info, debug)");
      assertThat(gateway.out()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"missing.json", "{ not json", "{\"a\": 1", "."})
  void aConfigurationThatCannotBeReadIsExitCode78(String conf) throws Exception {
    try (GatewayProcess gateway = GatewayProcess.start(directory, "-conf", conf)) {
      assertThat(gateway.exitCode()).isEqualTo(78);
      assertThat(gateway.err().lines()).hasSize(1);
      assertThat(gateway.err()).startsWith("-conf: ");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"router-server", "instrumentation"})
  void aPortInUseIsOneLineAndExitCode1(String section) throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      JsonObject config = Demo.demo();
      config.getJsonObject(section).put("port", taken.getLocalPort());
      try (GatewayProcess gateway = GatewayProcess.start(directory, "-conf", config.encode())) {
        assertThat(gateway.exitCode()).isEqualTo(1);
        assertThat(gateway.err().strip())
            .isEqualTo(
                section
                    + ".port: "
                    + taken.getLocalPort()
                    + " (cannot listen on 127.0.0.1:"
                    + taken.getLocalPort()
                    + ": address already in use)");
      }
    }
  }

  @Test
  void aStrictGatewayNamesEveryBadFlagAndEndsWithExitCode78() throws Exception {
    Path flags = Files.createDirectory(directory.resolve("flags"));
    Files.writeString(flags.resolve("strategie"), "main\n");
    Files.writeString(flags.resolve("log.level"), "loud\n");
    JsonObject config =
        Demo.demo()
            .put("flags", new JsonObject().put("directory", flags.toString()).put("strict", true));
    try (GatewayProcess gateway = GatewayProcess.start(directory, "-conf", config.encode())) {
      assertThat(gateway.exitCode()).isEqualTo(78);
      assertThat(gateway.err().lines())
          .containsExactlyInAnyOrder(
              "strategie: a value in "
                  + flags.resolve("strategie")
                  + " (expected the name of a flag; the nearest is strategy)",
              "log.level: \"loud\" in "
                  + flags.resolve("log.level")
                  + " (expected one of info, debug)");
    }
  }

  @Test
  void settingsThatNoSourceBringsAreMissed() throws Exception {
    JsonObject config = Demo.demo();
    config.remove("main-target");
    config.put("flags", new JsonObject().put("directory", directory.resolve("none").toString()));
    try (GatewayProcess gateway = GatewayProcess.start(directory, "-conf", config.encode())) {
      assertThat(gateway.exitCode()).isEqualTo(78);
      assertThat(gateway.err()).startsWith("main-target: nothing (expected an absolute http");
    }
  }
}
