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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sidecar in a JVM of its own, asked over the cluster's event bus. */
class BusSidecarIT {

  private static final String HAZELCAST =
      """
      <hazelcast xmlns="http://www.hazelcast.com/schema/config">
        <cluster-name>gateway</cluster-name>
        <properties>
          <property name="hazelcast.phone.home.enabled">false</property>
          <property name="hazelcast.socket.bind.any">false</property>
        </properties>
        <network>
          <port auto-increment="false">%d</port>
          <interfaces enabled="true"><interface>127.0.0.1</interface></interfaces>
          <join>
            <auto-detection enabled="false"/>
            <multicast enabled="false"/>
            <tcp-ip enabled="true"><member>127.0.0.1:%d</member></tcp-ip>
          </join>
        </network>
        <multimap name="__vertx.subs">
          <backup-count>1</backup-count>
          <value-collection-type>SET</value-collection-type>
        </multimap>
      </hazelcast>
      """;

  @TempDir Path directory;

  @Test
  void itNeedsTheSharedCodecAlone() throws Exception {
    int port = FreePorts.next();
    int member = FreePorts.next();
    try (Upstreams upstreams = new Upstreams()) {
      JsonObject config =
          upstreams
              .withoutSidecar()
              .put("router-server", new JsonObject().put("port", port))
              .put("instrumentation", new JsonObject().put("port", FreePorts.next()))
              .put("sidecar-address", "shop.decide")
              .put(
                  "cluster",
                  new JsonObject()
                      .put("enabled", true)
                      .put("port", member)
                      .put("members", new JsonArray().add("127.0.0.1:" + member)));
      try (GatewayProcess gateway =
          GatewayProcess.start(directory, "-conf", config.encode()).awaitReady()) {
        assertThat(get(port, "no")).as("nobody answers").isEqualTo("main");
        Process sidecar = startSidecar(member);
        try {
          await()
              .atMost(Duration.ofSeconds(30))
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

  private Process startSidecar(int member) throws Exception {
    Path hazelcast =
        Files.writeString(
            directory.resolve("hazelcast.xml"), HAZELCAST.formatted(FreePorts.next(), member));
    Path examples = Path.of(getClass().getProtectionDomain().getCodeSource().getLocation().toURI());
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Dvertx.hazelcast.config=" + hazelcast,
            "-cp",
            examples + File.pathSeparator + System.getProperty("gateway.jar"),
            "io.vertx.launcher.application.VertxApplication",
            "io.canarygateway.example.CoinVerticle",
            "-cluster",
            "-cluster-host",
            "127.0.0.1")
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
