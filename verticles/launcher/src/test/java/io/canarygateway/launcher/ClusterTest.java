package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.cluster.ClusterOptions;
import io.canarygateway.cluster.GatewayCluster;
import io.canarygateway.cluster.Identity;
import io.canarygateway.fixtures.Await;
import io.canarygateway.fixtures.Certificates;
import io.canarygateway.fixtures.DynamoDbLocal;
import io.canarygateway.fixtures.FreePorts;
import io.canarygateway.message.MessageCodecs;
import io.canarygateway.message.SidecarReply;
import io.canarygateway.message.SidecarRequest;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several gateways that are one, on a real cluster on 127.0.0.1. */
class ClusterTest {

  @TempDir Path directory;
  private final ClusterNodes cluster = new ClusterNodes();

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  /** A node that is no gateway. */
  private Vertx stranger(int node) {
    ClusterOptions options =
        ClusterOptions.of(
            "127.0.0.1",
            cluster.port(node),
            List.of(cluster.address(0)),
            "gateway",
            new Identity.None());
    Vertx vertx = Await.result(GatewayCluster.join(options, new VertxOptions()));
    cluster.closing(() -> Await.result(vertx.close()));
    MessageCodecs.register(vertx.eventBus());
    return vertx;
  }

  private static ConditionFactory within(int seconds) {
    return await().atMost(Duration.ofSeconds(seconds));
  }

  private static JsonArray nodes(GatewayFixture gateway) throws Exception {
    return new JsonObject(gateway.instrumentation("/cluster").body()).getJsonArray("nodes");
  }

  @Test
  void aGatewayAloneIsOneNode() throws Exception {
    GatewayFixture alone = cluster.start(cluster.upstreams.withoutSidecar());
    within(20).until(() -> nodes(alone).size() == 1);
    assertThat(nodes(alone).getJsonObject(0).fieldNames())
        .containsExactlyInAnyOrder(
            "id", "address", "revision", "checksum_dynamic", "checksum_static");
  }

  @Test
  void nodesSeeEachOtherAndHowFarTheirSettingsDrift() throws Exception {
    GatewayFixture first = cluster.start(cluster.config(0));
    GatewayFixture second = cluster.start(cluster.config(1));
    within(20).until(() -> nodes(first).size() == 2 && nodes(second).size() == 2);
    assertThat(nodes(first).encode()).contains(cluster.address(0), cluster.address(1));
    within(20).until(() -> first.metric("gateway_cluster_checksums{type=\"dynamic\"}") == 1.0);
    GatewayFixture third = cluster.start(cluster.config(2).put("trim-prefix", "/drift"));
    within(20).until(() -> first.metric("gateway_cluster_checksums{type=\"dynamic\"}") == 2.0);
    assertThat(first.metric("gateway_cluster_nodes")).isEqualTo(3);
    third.close();
    within(20).until(() -> nodes(first).size() == 2);
  }

  @Test
  void aProcessWithoutAFlagWatcherFollowsOneThatHasOneAndKeepsItsLastWord() throws Exception {
    Path file = directory.resolve("config.json");
    JsonObject watching =
        GatewayFixture.onFreePorts(cluster.config(0))
            .put("verticles", new JsonArray().add("flag-watcher").add("metrics"));
    Files.writeString(file, watching.encode());
    GatewayFixture watcher = cluster.start(watching, file);
    JsonObject bare =
        new JsonObject()
            .put("cluster", cluster.section(1))
            .put("verticles", new JsonArray().add("proxy").add("metrics"));
    GatewayFixture proxy = cluster.start(bare);
    assertThat(proxy.get("/").body()).isEqualTo("main");
    Files.writeString(file, watching.copy().put("strategy", "canary").encode());
    within(20).until(() -> proxy.get("/").body().equals("canary"));
    assertThat(proxy.flag("strategy")).isEqualTo("canary");
    watcher.close();
    within(20)
        .untilAsserted(
            () ->
                assertThat(proxy.health("flag-watcher").encode())
                    .contains("DEGRADED", "no node with a flag watcher answers"));
    assertThat(proxy.get("/").body()).isEqualTo("canary");
    cluster.start(watching.copy().put("cluster", cluster.section(2)).put("strategy", "main"));
    within(20).until(() -> proxy.get("/").body().equals("main"));
  }

  @Test
  void aSidecarMayBeAVerticleAnywhereOnTheCluster() throws Exception {
    JsonObject config =
        cluster
            .config(0)
            .put("sidecar-address", "shop.decide")
            .put(
                "proxy-client",
                new JsonObject().put("to-sidecar", new JsonObject().put("timeout", "1s")));
    GatewayFixture gateway = cluster.start(config);
    assertThat(gateway.get("/").body()).isEqualTo("main");
    assertThat(gateway.routed("main", "Sidecar error: connect")).as("nobody").isEqualTo(1);
    Vertx elsewhere = stranger(1);
    var consumer =
        elsewhere
            .eventBus()
            .<SidecarRequest>consumer(
                "shop.decide",
                question -> {
                  switch (question.body().path()) {
                    case "/late" ->
                        elsewhere.setTimer(3_000, t -> question.reply(SidecarReply.ofStatus(200)));
                    case "/text" -> question.reply("canary, please");
                    case "/fail" -> question.fail(7, "no");
                    default ->
                        question.reply(
                            SidecarReply.ofStatus(
                                question.body().body().toString().equals("beta") ? 200 : 204));
                  }
                });
    Await.result(consumer.completion());
    within(20).until(() -> gateway.post("/", "beta").body().equals("canary"));
    assertThat(gateway.post("/", "old").body()).isEqualTo("main");
    double before = gateway.routed("main", "Sidecar error: timeout");
    assertThat(gateway.get("/late").body()).isEqualTo("main");
    assertThat(gateway.routed("main", "Sidecar error: timeout")).isEqualTo(before + 1);
    assertThat(gateway.get("/text").body()).isEqualTo("main");
    assertThat(gateway.get("/fail").body()).isEqualTo("main");
    assertThat(gateway.routed("main", "Sidecar error: other")).isEqualTo(2);
  }

  @Test
  @Tag("external")
  void aNodeWhoseTableIsAwayTakesTheReadingOfTheOthers() throws Exception {
    try (DynamoDbLocal dynamoDb = DynamoDbLocal.start()) {
      dynamoDb.createTable(false);
      dynamoDb.put("canary", "0.5");
      GatewayFixture near = cluster.start(cluster.config(0).put("dynamodb", dynamoDb.section()));
      within(20).untilAsserted(() -> assertThat(near.flag("rollout.canary")).isEqualTo("0.5"));
      JsonObject cut = dynamoDb.section().put("endpoint", "http://127.0.0.1:" + FreePorts.next());
      GatewayFixture far = cluster.start(cluster.config(1).put("dynamodb", cut));
      within(20).untilAsserted(() -> assertThat(far.flag("rollout.canary")).isEqualTo("0.5"));
      within(20).until(() -> far.health("dynamodb").getString("status").equals("DEGRADED"));
      dynamoDb.put("canary", "0.75");
      within(20).untilAsserted(() -> assertThat(far.flag("rollout.canary")).isEqualTo("0.75"));
      dynamoDb.kill();
      within(20).untilAsserted(() -> assertThat(far.flag("rollout.canary")).isEqualTo("0"));
    }
  }

  @Test
  void whoDoesNotKnowTheSecretIsNotLetIn() throws Exception {
    Path secret = Files.writeString(directory.resolve("secret"), "a secret of the shop\n");
    Path other = Files.writeString(directory.resolve("other"), "another one, as long\n");
    GatewayFixture first =
        cluster.start(
            cluster
                .config(0)
                .put("cluster", cluster.section(0).put("secret-file", secret.toString())));
    GatewayFixture second =
        cluster.start(
            cluster
                .config(1)
                .put("cluster", cluster.section(1).put("secret-file", secret.toString())));
    within(20).until(() -> nodes(first).size() == 2 && nodes(second).size() == 2);
    GatewayFixture third =
        cluster.start(
            cluster
                .config(2)
                .put("cluster", cluster.section(2).put("secret-file", other.toString())));
    within(20).until(() -> nodes(third).size() == 1);
    assertThat(nodes(second)).hasSize(2);
  }

  @Test
  void theEventBusSpeaksTlsIfItIsTold() throws Exception {
    Certificates certificates = Certificates.create(directory);
    JsonObject tls =
        new JsonObject()
            .put("ca-file", certificates.ca().toString())
            .put("cert-file", certificates.serverCert().toString())
            .put("key-file", certificates.serverKey().toString());
    GatewayFixture first =
        cluster.start(cluster.config(0).put("cluster", cluster.section(0).put("tls", tls)));
    GatewayFixture second =
        cluster.start(cluster.config(1).put("cluster", cluster.section(1).put("tls", tls)));
    within(20).until(() -> nodes(first).size() == 2 && nodes(second).size() == 2);
  }
}
