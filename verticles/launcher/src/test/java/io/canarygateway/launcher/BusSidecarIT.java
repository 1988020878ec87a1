package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.FreePorts;
import io.canarygateway.fixtures.GatewayProcess;
import io.canarygateway.fixtures.Upstreams;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A sidecar in a JVM of its own, asked over the cluster's event bus. */
class BusSidecarIT {

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void itNeedsTheClusterModuleAlone(boolean secret) throws Exception {
    int port = FreePorts.next();
    int member = FreePorts.next();
    Path file =
        Files.writeString(directory.resolve("secret"), "a secret of the shop, and a long one\n");
    JsonObject section =
        new JsonObject()
            .put("enabled", true)
            .put("port", member)
            .put("members", new JsonArray().add("127.0.0.1:" + member));
    if (secret) {
      section.put("secret-file", file.toString());
    }
    try (Upstreams upstreams = new Upstreams()) {
      JsonObject config =
          upstreams
              .withoutSidecar()
              .put("router-server", new JsonObject().put("port", port))
              .put("instrumentation", new JsonObject().put("port", FreePorts.next()))
              .put("sidecar-address", "shop.decide")
              .put("cluster", section);
      try (GatewayProcess gateway =
          GatewayProcess.start(directory, "-conf", config.encode()).awaitReady()) {
        assertThat(get(port, "no")).as("nobody answers").isEqualTo("main");
        Process sidecar = startSidecar(member, secret ? List.of(file.toString()) : List.of());
        try {
          await()
              .atMost(Duration.ofSeconds(60))
              .until(() -> get(port, "yes").equals("canary") && get(port, "no").equals("main"));
        } finally {
          sidecar.destroy();
        }
        assertThat(sidecar.waitFor()).isNotNegative();
        await().atMost(Duration.ofSeconds(20)).until(() -> get(port, "yes").equals("main"));
        gateway.terminate();
        assertThat(gateway.exitCode()).isZero();
      }
    }
  }

  private Process startSidecar(int member, List<String> secret) throws Exception {
    Path examples = Path.of(getClass().getProtectionDomain().getCodeSource().getLocation().toURI());
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                examples + File.pathSeparator + System.getProperty("gateway.jar"),
                "io.canarygateway.example.CoinProgram",
                Integer.toString(FreePorts.next()),
                "127.0.0.1:" + member));
    command.addAll(secret);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("sidecar.out").toFile())
        .start();
  }

  private static String get(int port, String beta) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                .header("X-Beta", beta)
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
