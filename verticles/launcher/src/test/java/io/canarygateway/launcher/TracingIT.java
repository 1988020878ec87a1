package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.FreePorts;
import io.canarygateway.fixtures.GatewayProcess;
import io.canarygateway.fixtures.OtlpCollector;
import io.canarygateway.fixtures.Upstreams;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fat jar and a collector. */
class TracingIT {

  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

  @TempDir Path directory;

  private static JsonObject config(JsonObject targets, int port, String endpoint, String protocol) {
    JsonObject config = GatewayFixture.onFreePorts(targets);
    config.getJsonObject("router-server").put("port", port).put("drain-timeout", "500ms");
    return config.put(
        "tracing", new JsonObject().put("otlp-endpoint", endpoint).put("otlp-protocol", protocol));
  }

  private static int get(int port, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/cart"));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HttpClient.newHttpClient()
        .send(request.build(), HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  @Test
  void clientGatewaySidecarAndUpstreamAreOneTrace() throws Exception {
    int port = FreePorts.next();
    try (Upstreams upstreams = new Upstreams();
        OtlpCollector collector = new OtlpCollector();
        GatewayProcess gateway =
            GatewayProcess.start(
                    directory,
                    "-conf",
                    config(upstreams.config(), port, collector.url(), "http/protobuf").encode())
                .awaitReady()) {
      String url = collector.url();
      get(port, "traceparent", new TracedService("browser", url).begin(TRACE));
      new TracedService("sidecar", url)
          .serve(upstreams.sidecar.seen.get(0).headers().get("traceparent"));
      new TracedService("shop-canary", url)
          .serve(upstreams.canary.seen.get(0).headers().get("traceparent"));
      collector.spans(6);

      String tree = collector.tree(TRACE);
      System.out.println(tree);
      assertThat(tree)
          .isEqualTo(
              """
              browser: CLIENT GET
                canary-gateway: SERVER GET default
                  canary-gateway: CLIENT GET default sidecar
                    sidecar: SERVER GET
                  canary-gateway: CLIENT GET default canary
                    shop-canary: SERVER GET
              """);
      gateway.terminate();
      assertThat(gateway.exitCode()).isZero();
    }
  }

  @Test
  void aCollectorThatHangsDelaysNeitherRequestsNorTheEnd() throws Exception {
    int port = FreePorts.next();
    try (Upstreams upstreams = new Upstreams();
        OtlpCollector collector = new OtlpCollector();
        GatewayProcess gateway =
            GatewayProcess.start(
                    directory,
                    "-conf",
                    config(upstreams.withoutSidecar(), port, collector.url(), "http/protobuf")
                        .encode())
                .awaitReady()) {
      collector.hang();
      assertThat(get(port)).isEqualTo(200);
      await().until(() -> !collector.requests().isEmpty());
      assertThat(get(port)).isEqualTo(200);
      long before = System.nanoTime();
      gateway.terminate();
      assertThat(gateway.exitCode()).isZero();
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(8));
    }
  }

  @Test
  void aCollectorThatIsNotThereIsOneLineOfTheLog() throws Exception {
    int port = FreePorts.next();
    String endpoint = "http://127.0.0.1:" + FreePorts.next();
    try (Upstreams upstreams = new Upstreams();
        GatewayProcess gateway =
            GatewayProcess.start(
                    directory,
                    "-conf",
                    config(upstreams.withoutSidecar(), port, endpoint, "grpc").encode())
                .awaitReady()) {
      for (int i = 0; i < 3; i++) {
        assertThat(get(port)).isEqualTo(200);
      }
      await().until(() -> gateway.out().contains("spans cannot be exported, and are dropped"));
      gateway.terminate();
      assertThat(gateway.exitCode()).isZero();
      assertThat(gateway.out().split("spans cannot be exported", -1)).hasSize(2);
      assertThat(gateway.out()).contains("\"endpoint\":\"" + endpoint + "\"");
      assertThat(gateway.out() + gateway.err())
          .doesNotContain("Exception in")
          .doesNotContain("\tat ");
    }
  }

  @Test
  void anEndpointThatIsNoUrlIsAFaultOfTheConfiguration() throws Exception {
    JsonObject config =
        config(
            new JsonObject().put("main-target", "http://m").put("canary-target", "http://c"),
            0,
            "collector:4318",
            "http/protobuf");
    try (GatewayProcess gateway = GatewayProcess.start(directory, "-conf", config.encode())) {
      assertThat(gateway.exitCode()).isEqualTo(78);
      assertThat(gateway.err())
          .startsWith("tracing.otlp-endpoint: \"collector:4318\" (expected an http or https URL");
    }
  }
}
