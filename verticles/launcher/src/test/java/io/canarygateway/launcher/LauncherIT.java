package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.FreePorts;
import io.canarygateway.fixtures.GatewayProcess;
import io.canarygateway.fixtures.UnixSocketClient;
import io.vertx.core.json.JsonObject;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user sees of the fat jar: start, messages, files, and what is in it. */
class LauncherIT {

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"auto", "epoll", "nio"})
  void theDemoRoutesToBothAndEndsWhenAsked(String transport) throws Exception {
    JsonObject config = Demo.demo().put("transport", transport);
    try (GatewayProcess gateway =
        GatewayProcess.startPlain(directory, List.of(), "-conf", config.encode()).awaitReady()) {
      Set<String> answers = new HashSet<>();
      for (int i = 0; i < 50; i++) {
        answers.add(Demo.get(Demo.router(config) + "/x").replaceAll(":.*", "").strip());
      }
      assertThat(answers).containsExactlyInAnyOrder("Hello from main", "Hello from canary");
      String metrics =
          Demo.get(
              "http://127.0.0.1:"
                  + config.getJsonObject("instrumentation").getInteger("port")
                  + "/metrics");
      assertThat(metrics)
          .contains("canary_router_request_count{reason=\"Sidecar returns status code 200\"")
          .contains(",version=\"" + Answers.version() + "\"}");
      gateway.terminate();
      assertThat(gateway.exitCode()).isZero();
      assertThat(gateway.err()).isEmpty();
      assertThat(gateway.out().lines())
          .allSatisfy(
              line -> {
                JsonObject json = new JsonObject(line);
                assertThat(json.getString("@time")).isNotEmpty();
                assertThat(json.getString("level")).isIn("info", "warning");
                assertThat(json.getString("msg")).isNotEmpty();
              });
    }
  }

  /** What it has written, without the line that it is writing. */
  private static String wholeLines(GatewayProcess gateway) throws Exception {
    String out = gateway.out();
    return out.substring(0, out.lastIndexOf('\n') + 1);
  }

  @Test
  void whichTransportWasTakenAndWhyIsOneLine() throws Exception {
    try (GatewayProcess gateway =
        GatewayProcess.startPlain(
                directory,
                List.of("-Dio.netty.transport.noNative=true"),
                "-conf",
                Demo.demo().encode())
            .awaitReady()) {
      await().until(() -> wholeLines(gateway).contains("\"msg\":\"serving the demo\""));
      List<JsonObject> lines =
          wholeLines(gateway)
              .lines()
              .map(JsonObject::new)
              .filter(line -> line.containsKey("transport"))
              .toList();
      assertThat(lines).hasSize(1);
      assertThat(lines.get(0).getString("transport")).isEqualTo("nio");
      assertThat(lines.get(0).getString("skipped")).contains("not available: Native transport was");
      assertThat(gateway.out()).doesNotContain("Exception");
      assertThat(gateway.err()).isEmpty();
    }
  }

  @Test
  void noDirectoryHasToBeWritable() throws Exception {
    JsonObject config = Demo.demo();
    try (GatewayProcess gateway =
        GatewayProcess.startPlain(
                directory, List.of("-Djava.io.tmpdir=/dev/null"), "-conf", config.encode())
            .awaitReady()) {
      assertThat(Demo.get(Demo.router(config) + "/x")).startsWith("Hello from ");
      gateway.terminate();
      assertThat(gateway.exitCode()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "nio"})
  @EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has prlimit")
  void aCrowdAtTheSocketLeavesFilesForAllElse(String transport) throws Exception {
    Path socket = directory.resolve("d.sock");
    JsonObject daemon = new JsonObject().put("socket", socket.toString());
    JsonObject config = Demo.demo().put("transport", transport).put("daemon", daemon);
    List<SocketChannel> crowd = new ArrayList<>();
    try (GatewayProcess gateway =
        GatewayProcess.startBy(
                List.of("prlimit", "--nofile=512"), directory, "-conf", config.encode())
            .awaitReady()) {
      for (int i = 0; i < 3_000; i++) {
        SocketChannel silent = SocketChannel.open(StandardProtocolFamily.UNIX);
        crowd.add(silent);
        silent.connect(UnixDomainSocketAddress.of(socket));
        if (i % 100 == 0) {
          assertThat(UnixSocketClient.ask(socket, "0.25\n")).isEqualTo("0.25\nmaster\n");
          assertThat(Demo.get(Demo.router(config) + "/x")).startsWith("Hello from ");
        }
      }
      assertThat(gateway.out()).doesNotContain("Too many open files");
    } finally {
      for (SocketChannel silent : crowd) {
        silent.close();
      }
    }
  }

  @Test
  void anEtcdThatIsNotThereKeepsNobodyFromServing() throws Exception {
    JsonObject config =
        Demo.demo()
            .put("strategy", "main")
            .put("etcd", new JsonObject().put("endpoints", "127.0.0.1:" + FreePorts.next()));
    try (GatewayProcess gateway =
        GatewayProcess.start(directory, "-conf", config.encode()).awaitReady()) {
      assertThat(Demo.get(Demo.router(config) + "/x")).startsWith("Hello from main");
      String ready =
          "http://127.0.0.1:"
              + config.getJsonObject("instrumentation").getInteger("port")
              + "/health/ready";
      await().until(() -> Demo.get(ready).startsWith("{\"status\":\"DEGRADED\""));
      gateway.terminate();
      assertThat(gateway.exitCode()).isZero();
      assertThat(gateway.err()).isEmpty();
    }
  }

  @Test
  void theJarIsClean() throws Exception {
    try (JarFile jar = new JarFile(System.getProperty("gateway.jar"))) {
      assertThat(jar.getManifest().getMainAttributes().getValue("Implementation-Version"))
          .isEqualTo(Answers.version());
      List<String> names = jar.stream().map(ZipEntry::getName).toList();
      assertThat(names)
          .contains(
              "META-INF/native/libnetty_transport_native_epoll_x86_64.so",
              "META-INF/native/libnetty_transport_native_epoll_aarch_64.so",
              "META-INF/native/libnetty_tcnative_linux_x86_64.so",
              "META-INF/native/libnetty_tcnative_linux_aarch_64.so",
              "META-INF/native/libnetty_tcnative_osx_x86_64.jnilib",
              "META-INF/native/libnetty_tcnative_osx_aarch_64.jnilib",
              "META-INF/native/libnetty_transport_native_kqueue_x86_64.jnilib",
              "META-INF/native/libnetty_transport_native_kqueue_aarch_64.jnilib")
          // To read it would make the start longer: JsonLogging says the same.
          .doesNotContain("logback.xml")
          .noneMatch(name -> name.matches("META-INF/[^/]*\\.(SF|RSA|DSA)"))
          .noneMatch(
              name ->
                  name.startsWith("org/apache/logging/slf4j/")
                      || name.startsWith("org/slf4j/simple/"));
      assertThat(
              names.stream()
                  .filter("META-INF/services/io.vertx.core.spi.VertxServiceProvider"::equals))
          .hasSize(1);
    }
  }
}
