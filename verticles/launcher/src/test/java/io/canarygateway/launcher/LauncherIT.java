package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.jar.JarFile;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user sees of the fat jar: start, exit codes, messages, drain. */
class LauncherIT {

  @TempDir Path directory;

  static String get(String uri) throws Exception {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(URI.create(uri)).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }

  static JsonObject demo() throws Exception {
    try (InputStream in = LauncherIT.class.getResourceAsStream("/demo.json")) {
      JsonObject demo = new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      int main = FreePorts.next();
      int canary = FreePorts.next();
      int sidecar = FreePorts.next();
      demo.getJsonObject("router-server").put("port", FreePorts.next());
      demo.getJsonObject("instrumentation").put("port", FreePorts.next());
      demo.getJsonObject("demo")
          .put("main-port", main)
          .put("canary-port", canary)
          .put("sidecar-port", sidecar);
      return demo.put("main-target", "http://127.0.0.1:" + main)
          .put("canary-target", "http://127.0.0.1:" + canary)
          .put("sidecar-url", "http://127.0.0.1:" + sidecar);
    }
  }

  static String router(JsonObject config) {
    return "http://127.0.0.1:" + config.getJsonObject("router-server").getInteger("port");
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "epoll", "nio"})
  void theDemoRoutesToBothAndEndsWhenAsked(String transport) throws Exception {
    JsonObject config = demo().put("transport", transport);
    try (GatewayProcess gateway =
        GatewayProcess.start(directory, "-conf", config.encode()).awaitReady()) {
      Set<String> answers = new HashSet<>();
      for (int i = 0; i < 50; i++) {
        answers.add(get(router(config) + "/x").replaceAll(":.*", "").strip());
      }
      assertThat(answers).containsExactlyInAnyOrder("Hello from main", "Hello from canary");
      String metrics =
          get(
              "http://127.0.0.1:"
                  + config.getJsonObject("instrumentation").getInteger("port")
                  + "/metrics");
      assertThat(metrics)
          .contains("canary_router_request_count{reason=\"Sidecar returns status code 200\"");
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

  @Test
  void whichTransportWasTakenAndWhyIsOneLine() throws Exception {
    try (GatewayProcess gateway =
        GatewayProcess.start(
                directory, List.of("-Dio.netty.transport.noNative=true"), "-conf", demo().encode())
            .awaitReady()) {
      await().until(() -> gateway.out().contains("\"msg\":\"serving the demo\""));
      List<JsonObject> lines =
          gateway
              .out()
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
  @EnabledOnOs(OS.LINUX)
  void aTransportThatDoesNotWorkIsExitCode78() throws Exception {
    String config = demo().put("transport", "epoll").encode();
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
  void sigintEndsItToo() throws Exception {
    // What a shell has started in the background ignores SIGINT, and so would all that it starts.
    List<String> starter =
        OS.LINUX.isCurrentOs() ? List.of("env", "--default-signal=INT") : List.of();
    try (GatewayProcess gateway =
        GatewayProcess.startBy(starter, directory, "-conf", demo().encode()).awaitReady()) {
      gateway.interrupt();
      assertThat(gateway.exitCode()).isZero();
    }
  }

  @Test
  void noDirectoryHasToBeWritable() throws Exception {
    JsonObject config = demo();
    try (GatewayProcess gateway =
        GatewayProcess.start(
                directory, List.of("-Djava.io.tmpdir=/dev/null"), "-conf", config.encode())
            .awaitReady()) {
      assertThat(get(router(config) + "/x")).startsWith("Hello from ");
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
    JsonObject config = demo().put("transport", transport).put("daemon", daemon);
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
          assertThat(get(router(config) + "/x")).startsWith("Hello from ");
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
                  + " http://127.0.0.1:8080)",
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
    try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getByName("127.0.0.1"))) {
      JsonObject config = demo();
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
  void requestsInFlightFinishAfterSigterm() throws Exception {
    AtomicReference<Runnable> held = new AtomicReference<>();
    Upstreams upstreams = new Upstreams();
    upstreams.main.raw(request -> held.set(() -> request.response().end("late but whole")));
    int port = FreePorts.next();
    JsonObject config = GatewayFixture.onFreePorts(upstreams.withoutSidecar());
    config.getJsonObject("router-server").put("port", port);
    Path file = directory.resolve("drain.json");
    Files.writeString(file, config.encode());
    try (GatewayProcess gateway =
            GatewayProcess.start(directory, "-conf", file.toString()).awaitReady();
        RawSocket client = new RawSocket(port)) {
      client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      await().until(() -> held.get() != null);
      gateway.terminate();
      await().until(() -> refuses(port));
      held.get().run();
      String response = client.readAll();
      assertThat(response).contains("late but whole").containsIgnoringCase("connection: close");
      assertThat(gateway.exitCode()).isZero();
    } finally {
      upstreams.close();
    }
  }

  @Test
  void requestsThatDoNotFinishAreCutAfterTheDrainTimeout() throws Exception {
    CompletableFuture<Void> arrived = new CompletableFuture<>();
    Upstreams upstreams = new Upstreams();
    upstreams.main.raw(request -> arrived.complete(null));
    int port = FreePorts.next();
    JsonObject config = GatewayFixture.onFreePorts(upstreams.withoutSidecar());
    config.getJsonObject("router-server").put("port", port).put("drain-timeout", "500ms");
    try (GatewayProcess gateway =
            GatewayProcess.start(directory, "-conf", config.encode()).awaitReady();
        RawSocket client = new RawSocket(port)) {
      client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      arrived.get(10, java.util.concurrent.TimeUnit.SECONDS);
      gateway.terminate();
      assertThat(client.readAll()).isEmpty();
      assertThat(gateway.exitCode()).isZero();
    } finally {
      upstreams.close();
    }
  }

  @Test
  void aStrictGatewayNamesEveryBadFlagAndEndsWithExitCode78() throws Exception {
    Path flags = Files.createDirectory(directory.resolve("flags"));
    Files.writeString(flags.resolve("strategie"), "main\n");
    Files.writeString(flags.resolve("log.level"), "loud\n");
    JsonObject config =
        demo()
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
  void anEtcdThatIsNotThereKeepsNobodyFromServing() throws Exception {
    JsonObject config =
        demo()
            .put("strategy", "main")
            .put("etcd", new JsonObject().put("endpoints", "127.0.0.1:" + FreePorts.next()));
    try (GatewayProcess gateway =
        GatewayProcess.start(directory, "-conf", config.encode()).awaitReady()) {
      assertThat(get(router(config) + "/x")).startsWith("Hello from main");
      String ready =
          get(
              "http://127.0.0.1:"
                  + config.getJsonObject("instrumentation").getInteger("port")
                  + "/health/ready");
      assertThat(ready).startsWith("{\"status\":\"DEGRADED\"");
      gateway.terminate();
      assertThat(gateway.exitCode()).isZero();
      assertThat(gateway.err()).isEmpty();
    }
  }

  /** Whenever it comes: nobody waits for anybody, and nothing is told that would alarm. */
  @RepeatedTest(8)
  void sigtermInTheMiddleOfTheStartEndsItAtOnce(RepetitionInfo repetition) throws Exception {
    JsonObject config = demo();
    try (GatewayProcess gateway = GatewayProcess.start(directory, "-conf", config.encode())) {
      long delay = 300 + repetition.getCurrentRepetition() * 80L;
      new CompletableFuture<Void>().completeOnTimeout(null, delay, TimeUnit.MILLISECONDS).join();
      long asked = System.nanoTime();
      gateway.terminate();
      int code = gateway.exitCode();
      assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(4));
      // Before our code runs it is the JVM's own.
      assertThat(code).as(gateway.err()).isIn(0, 143);
      assertThat(gateway.out()).doesNotContain("\"error\"");
    }
  }

  @Test
  void settingsThatNoSourceBringsAreMissed() throws Exception {
    JsonObject config = demo();
    config.remove("main-target");
    config.put("flags", new JsonObject().put("directory", directory.resolve("none").toString()));
    try (GatewayProcess gateway = GatewayProcess.start(directory, "-conf", config.encode())) {
      assertThat(gateway.exitCode()).isEqualTo(78);
      assertThat(gateway.err()).startsWith("main-target: nothing (expected an absolute http");
    }
  }

  @Test
  void theJarIsClean() throws Exception {
    try (JarFile jar = new JarFile(System.getProperty("gateway.jar"))) {
      List<String> names = jar.stream().map(java.util.zip.ZipEntry::getName).toList();
      assertThat(names)
          .contains(
              "META-INF/native/libnetty_transport_native_epoll_x86_64.so",
              "META-INF/native/libnetty_transport_native_epoll_aarch_64.so",
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

  private static boolean refuses(int port) {
    try {
      new RawSocket(port).close();
      return false;
    } catch (java.io.IOException e) {
      return true;
    }
  }
}
