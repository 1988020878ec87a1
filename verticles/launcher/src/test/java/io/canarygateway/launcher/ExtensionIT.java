package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.FreePorts;
import io.canarygateway.fixtures.GatewayProcess;
import io.canarygateway.fixtures.UnixSocketClient;
import io.canarygateway.fixtures.Upstreams;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A user's own jar beside the fat jar: a source of flags, a source of rollouts, a sink. */
class ExtensionIT {

  private static final String SOURCE =
      """
      package shop;

      import io.canarygateway.extension.*;
      import io.canarygateway.message.MeterBatch;
      import java.nio.file.*;
      import java.time.Duration;
      import java.util.*;
      import java.util.concurrent.*;

      public class Shop {
        /** One flag a line, NAME=VALUE, in a file that is looked at now and then. */
        public static class Flags implements FlagSource {
          private final ScheduledExecutorService timer =
              Executors.newSingleThreadScheduledExecutor();
          public String name() { return "shop-flags"; }
          public void open(String settings, FlagUpdates updates) throws Exception {
            Path file = Path.of(settings.replaceAll(".*\\"file\\":\\"([^\\"]*)\\".*", "$1"));
            // Only then: who brings more before the start has looked at the first would never
            // hear of that.
            look(file, updates, "first ")
                .thenRun(() -> timer.scheduleWithFixedDelay(
                    () -> look(file, updates, ""), 20, 20, TimeUnit.MILLISECONDS));
          }
          private CompletionStage<Void> look(Path file, FlagUpdates updates, String when) {
            try {
              Map<String, String> flags = new HashMap<>();
              for (String line : Files.readAllLines(file)) {
                flags.put(line.replaceAll("=.*", ""), line.replaceAll(".*=", ""));
              }
              return updates.replaceAll(flags).thenAccept(refused -> {
                if (!refused.isEmpty()) {
                  System.out.println(when + "refused: " + refused);
                }
              });
            } catch (java.io.IOException e) {
              updates.unreachable("no file " + file);
              return CompletableFuture.completedFuture(null);
            }
          }
          public void close() { timer.shutdownNow(); System.out.println("flags closed"); }
        }

        public static class Rollout implements RolloutSource {
          private volatile Path file;
          public String name() { return "shop-rollout"; }
          public String origin() { return "file " + file; }
          public Duration delay() { return Duration.ofMillis(50); }
          public Duration unhealthy() { return Duration.ofMillis(200); }
          public void open(String settings, Runnable changed) {
            file = Path.of(settings.replaceAll(".*\\"file\\":\\"([^\\"]*)\\".*", "$1"));
          }
          public CompletionStage<Rollouts> read() {
            return CompletableFuture.supplyAsync(() -> {
              try {
                if (Files.readString(file).equals("hang")) {
                  System.out.println("rollout hangs");
                  new CountDownLatch(1).await();
                }
                return new Rollouts(
                    OptionalDouble.of(Double.parseDouble(Files.readString(file).trim())),
                    OptionalDouble.empty());
              } catch (java.io.IOException | InterruptedException e) {
                throw new IllegalStateException("no file", e);
              }
            });
          }
          public void close() {}
        }

        public static class Sink implements MetricsSink {
          public String name() { return "shop-sink"; }
          public void open(String settings) { System.out.println("sink opened with " + settings); }
          public void deliver(MeterBatch batch) {
            batch.counts().forEach(count -> System.out.println("sink " + count.name()));
          }
          public void close() { System.out.println("sink closed"); }
        }
      }
      """;

  @TempDir Path directory;
  private Upstreams upstreams;
  private Path jar;
  private JsonObject config;
  private int port;

  @BeforeEach
  void build() throws Exception {
    upstreams = new Upstreams();
    Path classes = Files.createDirectory(directory.resolve("classes"));
    Path source = Files.writeString(directory.resolve("Shop.java"), SOURCE);
    int compiled =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-cp",
                System.getProperty("gateway.jar"),
                "-d",
                classes.toString(),
                source.toString());
    assertThat(compiled).isZero();
    jar = directory.resolve("shop.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      for (String name : List.of("Shop", "Shop$Flags", "Shop$Rollout", "Shop$Sink")) {
        add(
            out,
            "shop/" + name + ".class",
            Files.readAllBytes(classes.resolve("shop/" + name + ".class")));
      }
      addService(out, "FlagSource", "Flags");
      addService(out, "RolloutSource", "Rollout");
      addService(out, "MetricsSink", "Sink");
    }
    port = FreePorts.next();
    config =
        upstreams
            .withoutSidecar()
            .put("strategy", "rollout")
            .put("router-server", new JsonObject().put("port", port))
            .put("instrumentation", new JsonObject().put("port", FreePorts.next()))
            .put(
                "daemon",
                new JsonObject()
                    .put("socket", directory.resolve("d.sock").toString())
                    .put("state-dir", directory.resolve("state").toString()));
  }

  private static void add(JarOutputStream out, String name, byte[] bytes) throws IOException {
    out.putNextEntry(new ZipEntry(name));
    ((OutputStream) out).write(bytes);
    out.closeEntry();
  }

  private static void addService(JarOutputStream out, String kind, String name) throws IOException {
    add(
        out,
        "META-INF/services/io.canarygateway.extension." + kind,
        ("shop.Shop$" + name + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  @AfterEach
  void stop() {
    upstreams.close();
  }

  private JsonObject file(Path file) {
    return new JsonObject().put("file", file.toString());
  }

  @Test
  void allThreeAreUsed() throws Exception {
    Path flags =
        Files.writeString(
            directory.resolve("flags"), "main-header-host=shop.example\nstrategy=rubbish");
    Path rollout = Files.writeString(directory.resolve("rollout"), "1");
    config.put(
        "extensions",
        new JsonObject()
            .put("shop-flags", file(flags))
            .put("shop-rollout", file(rollout))
            .put("shop-sink", new JsonObject().put("token", "hush")));
    try (GatewayProcess gateway =
        GatewayProcess.startWith(directory, jar, "-conf", config.encode()).awaitReady()) {
      await().until(() -> ask().endsWith("canary\n"));
      await().until(() -> gateway.out().contains("first refused: {strategy=strategy: \"rubbish\""));
      Files.writeString(rollout, "0.0");
      await().until(() -> ask().endsWith("master\n"));
      Files.writeString(rollout, "1");
      await().until(() -> ask().endsWith("canary\n"));
      Files.delete(rollout);
      await().until(() -> ask().endsWith("master\n"));

      assertThat(flagz()).contains("\"current_value\": \"shop.example\"", "shop-sink", "***");
      assertThat(flagz()).doesNotContain("hush");
      Files.writeString(flags, "trim-prefix=/api\nstrategy=rubbish");
      await().until(() -> flagz().contains("\"current_value\": \"/api\""));
      assertThat(flagz()).doesNotContain("\"current_value\": \"shop.example\"");
      await().until(() -> gateway.out().contains("refused: {strategy=strategy: \"rubbish\""));

      await().until(() -> gateway.out().contains("sink handler.success"));
      Files.writeString(rollout, "hang");
      await().until(() -> gateway.out().contains("rollout hangs"));
      gateway.terminate();
      assertThat(gateway.exitCode()).isZero();
      assertThat(gateway.out()).contains("sink closed", "flags closed", "sink opened with {");
    }
  }

  @Test
  void whatIsNotThereIsNamedBeforeTheStart() throws Exception {
    config.put("extensions", new JsonObject().put("shop-sinc", new JsonObject()));
    try (GatewayProcess gateway =
        GatewayProcess.startWith(directory, jar, "-conf", config.encode())) {
      assertThat(gateway.exitCode()).isEqualTo(ExitCode.CONFIG);
      assertThat(gateway.err())
          .isEqualTo(
              "extensions.shop-sinc: an object (expected the name of an extension on the class path:"
                  + " json-set, shop-flags, shop-rollout, shop-sink)\n");
    }
  }

  @Test
  void twoSourcesOfRolloutsAreOneTooMany() throws Exception {
    config
        .put("extensions", new JsonObject().put("shop-rollout", new JsonObject()))
        .put("dynamodb", new JsonObject());
    try (GatewayProcess gateway =
        GatewayProcess.startWith(directory, jar, "-conf", config.encode())) {
      assertThat(gateway.exitCode()).isEqualTo(ExitCode.CONFIG);
      assertThat(gateway.err()).contains("at most one RolloutSource, DynamoDB's included");
    }
  }

  private String ask() throws IOException {
    return UnixSocketClient.ask(directory.resolve("d.sock"), "0.5\n");
  }

  private String flagz() throws Exception {
    int metrics = config.getJsonObject("instrumentation").getInteger("port");
    return java.net.http.HttpClient.newHttpClient()
        .send(
            java.net.http.HttpRequest.newBuilder(
                    java.net.URI.create("http://127.0.0.1:" + metrics + "/debug/flagz"))
                .build(),
            java.net.http.HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
