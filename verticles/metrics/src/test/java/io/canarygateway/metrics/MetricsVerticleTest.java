package io.canarygateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.config.MetricsConfig;
import io.canarygateway.fixtures.VerticleHost;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.ComponentHealth;
import io.canarygateway.message.ComponentHealth.Status;
import io.canarygateway.message.MeterBatch;
import io.vertx.core.json.JsonObject;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The instrumentation port, and what is sent to DogStatsD. */
class MetricsVerticleTest {

  private static final int TIMEOUT_MS = 30_000;

  private final HttpClient client = HttpClient.newHttpClient();
  private VerticleHost host;
  private DatagramSocket statsd;

  @BeforeEach
  void start() throws Exception {
    statsd = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    statsd.setSoTimeout(TIMEOUT_MS);
    JsonObject config =
        new JsonObject()
            .put("main-target", "http://127.0.0.1:1")
            .put("canary-target", "http://127.0.0.1:1")
            .put("instrumentation", new JsonObject().put("host", "127.0.0.1").put("port", 0))
            .put("statsd", new JsonObject().put("port", statsd.getLocalPort()));
    host = VerticleHost.withoutSettings();
    host.deploy(
        new MetricsVerticle(
            MetricsConfig.of(VerticleHost.values(config)),
            host.registry(),
            Set.of("metrics", "proxy")));
    await().until(() -> host.health("metrics") != null);
  }

  @AfterEach
  void stop() {
    host.close();
    statsd.close();
  }

  private HttpResponse<String> get(String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + host.portOf("metrics") + path);
    return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  private void say(String component, Status status) {
    host.bus()
        .publish(
            Addresses.HEALTH,
            new ComponentHealth(component, status, "a detail"),
            Addresses.WITHIN_PROCESS);
  }

  private void awaitReady(int code, String status) {
    await()
        .untilAsserted(
            () -> {
              HttpResponse<String> ready = get("/health/ready");
              assertThat(ready.statusCode()).isEqualTo(code);
              assertThat(new JsonObject(ready.body()).getString("status")).isEqualTo(status);
            });
  }

  @Test
  void itIsReadyOnceAllThatIsRequiredIsUp() throws Exception {
    awaitReady(503, "DOWN");
    assertThat(get("/health/ready").body()).contains("starting");
    say("proxy", Status.UP);
    awaitReady(200, "UP");
    say("etcd", Status.DEGRADED);
    awaitReady(200, "DEGRADED");
    say("proxy", Status.DOWN);
    awaitReady(503, "DOWN");
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
  }

  @Test
  void aScrapeHasCanaryRoutersNames() throws Exception {
    host.registry().counter("canary_router_request_count", "target", "main").increment();
    HttpResponse<String> metrics = get("/metrics");
    assertThat(metrics.headers().firstValue("content-type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
    assertThat(metrics.body()).contains("canary_router_request_count{target=\"main\"} 1\n");
  }

  @Test
  void withoutAFlagWatcherThereAreNoFlagsToShow() throws Exception {
    HttpResponse<String> flagz = get("/debug/flagz");
    assertThat(flagz.statusCode()).isEqualTo(503);
    assertThat(flagz.body()).isEqualTo("no flag watcher\n");
  }

  @Test
  void metersGoToStatsdUnderMaxwellsDaemonsNames() throws Exception {
    host.bus()
        .publish(
            Addresses.METERS,
            new MeterBatch(
                List.of(
                    new MeterBatch.Count("handler.success", Map.of("location", "canary"), 3),
                    new MeterBatch.Count("server.failure", Map.of(), 2)),
                List.of(new MeterBatch.Samples("server.delay", List.of(0.5)))),
            Addresses.WITHIN_PROCESS);
    List<String> lines = new ArrayList<>();
    while (lines.size() < 3) {
      DatagramPacket packet = new DatagramPacket(new byte[65_536], 65_536);
      statsd.receive(packet);
      new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8)
          .lines()
          .forEach(lines::add);
    }
    assertThat(lines)
        .containsExactlyInAnyOrder(
            "maxwellsdaemon.handler.success:3|c|#location:canary",
            "maxwellsdaemon.server.failure:2|c",
            "maxwellsdaemon.server.delay:0.5|h");
  }
}
