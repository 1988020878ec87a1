package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.management.Attribute;
import javax.management.ObjectName;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values that somebody sets on one node of a cluster, by JMX or by the API. */
class ClusterOverridesTest {

  private static final String TOKEN = "a-token-of-26-characters!!";

  @TempDir Path directory;
  private final ClusterNodes cluster = new ClusterNodes();

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  private static ConditionFactory within(int seconds) {
    return await().atMost(Duration.ofSeconds(seconds));
  }

  private static ObjectName bean(int gateway, String flag) throws Exception {
    String domain = "io.canarygateway" + (gateway == 0 ? "" : gateway + 1);
    return new ObjectName(domain + ":type=Flag,name=" + ObjectName.quote(flag));
  }

  @Test
  void whatAnOperatorSetsOnOneNodeCountsOnAllAndForThoseThatComeLater() throws Exception {
    var server = ManagementFactory.getPlatformMBeanServer();
    GatewayFixture first = cluster.start(cluster.config(0));
    // A gateway serves a little earlier than its beans do.
    within(20).until(() -> server.isRegistered(bean(0, "strategy")));
    GatewayFixture second = cluster.start(cluster.config(1));
    server.setAttribute(bean(0, "strategy"), new Attribute("Value", "canary"));
    within(20).until(() -> first.get("/").body().equals("canary"));
    within(20).until(() -> second.get("/").body().equals("canary"));
    GatewayFixture late = cluster.start(cluster.config(2));
    assertThat(late.get("/").body()).isEqualTo("canary");
    within(20).until(() -> server.isRegistered(bean(1, "strategy")));
    server.invoke(bean(1, "strategy"), "clearOverride", null, null);
    for (GatewayFixture gateway : List.of(first, second, late)) {
      within(20).until(() -> gateway.get("/").body().equals("main"));
    }
  }

  @Test
  void whatTheApiSetsOnOneNodeCountsOnAllUntilAnyNodeClearsIt() throws Exception {
    JsonObject admin = admin();
    List<GatewayFixture> gateways = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      gateways.add(cluster.start(cluster.config(i).put("strategy", "canary").put("admin", admin)));
    }
    override(gateways.get(0), "PUT", "{\"value\": false}");
    gateways.add(cluster.start(cluster.config(2).put("strategy", "canary").put("admin", admin)));
    for (GatewayFixture gateway : gateways) {
      within(20).until(() -> gateway.get("/", "X-Canary", "true").body().equals("main"));
      assertThat(gateway.flagz("").encode()).contains("\"source\":\"override\"");
    }
    override(gateways.get(1), "DELETE", "");
    for (GatewayFixture gateway : gateways) {
      within(20).until(() -> gateway.get("/").body().equals("canary"));
    }
  }

  @Test
  void aNodeThatCannotReadTheOverridesOfOthersSendsNobodyToCanaryUntilItCan() throws Exception {
    JsonObject admin = admin();
    GatewayFixture first =
        cluster.start(cluster.config(0).put("strategy", "canary").put("admin", admin));
    override(first, "PUT", "{\"value\": true}");
    AtomicBoolean broken = new AtomicBoolean(true);
    GatewayFixture late =
        cluster.closing(
            GatewayFixture.startJoining(
                cluster.config(1).put("strategy", "canary"),
                manager -> new BrokenMaps(manager, broken).manager()));
    assertThat(late.get("/").body()).isEqualTo("main");
    assertThat(late.health("overrides").encode())
        .contains("DEGRADED", "not known yet, so canary is stopped");
    broken.set(false);
    within(20).until(() -> late.get("/").body().equals("canary"));
    within(20).until(() -> late.health("overrides").getString("status").equals("UP"));
  }

  @Test
  void whatHasNotReachedOtherNodesIsSaidUntilItHas() throws Exception {
    JsonObject admin = admin();
    GatewayFixture first = cluster.start(cluster.config(0).put("strategy", "canary"));
    AtomicBoolean broken = new AtomicBoolean();
    GatewayFixture second =
        cluster.closing(
            GatewayFixture.startJoining(
                cluster.config(1).put("strategy", "canary").put("admin", admin),
                manager -> new BrokenMaps(manager, broken).manager()));
    within(20).until(() -> second.health("overrides").getString("status").equals("UP"));
    broken.set(true);
    override(second, "PUT", "{\"value\": false}");
    within(20)
        .untilAsserted(
            () ->
                assertThat(second.health("overrides").encode())
                    .contains("DEGRADED", "other nodes do not have canary-enabled"));
    assertThat(second.get("/").body()).isEqualTo("main");
    assertThat(first.get("/").body()).isEqualTo("canary");
    broken.set(false);
    within(20).until(() -> first.get("/").body().equals("main"));
    within(20).until(() -> second.health("overrides").getString("status").equals("UP"));
  }

  private JsonObject admin() throws Exception {
    Path token = Files.writeString(directory.resolve("token"), TOKEN);
    return new JsonObject().put("token-file", token.toString());
  }

  private static void override(GatewayFixture gateway, String method, String body)
      throws Exception {
    HttpResponse<String> answer =
        gateway
            .client()
            .send(
                HttpRequest.newBuilder(
                        URI.create(
                            "http://127.0.0.1:"
                                + gateway.metricsPort()
                                + "/api/v1/flags/canary-enabled"))
                    .header("Authorization", "Bearer " + TOKEN)
                    .header("Content-Type", "application/json")
                    .method(method, HttpRequest.BodyPublishers.ofString(body))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  @Test
  void anOverrideOfARouteCountsOnAllNodes() throws Exception {
    JsonObject shop =
        new JsonObject()
            .put("match", new JsonObject().put("path", new JsonObject().put("prefix", "/shop")))
            .put("main-target", cluster.upstreams.main.url())
            .put("canary-target", cluster.upstreams.canary.url())
            .put("strategy", "main");
    JsonObject routes = new JsonObject().put("shop", shop);
    var server = ManagementFactory.getPlatformMBeanServer();
    GatewayFixture first = cluster.start(cluster.config(0).put("routes", routes));
    within(20).until(() -> server.isRegistered(bean(0, "routes.shop.strategy")));
    GatewayFixture second = cluster.start(cluster.config(1).put("routes", routes));
    server.setAttribute(bean(0, "routes.shop.strategy"), new Attribute("Value", "canary"));
    within(20).until(() -> second.get("/shop").body().equals("canary"));
    assertThat(second.get("/").body()).isEqualTo("main");
    server.invoke(bean(0, "routes.shop.strategy"), "clearOverride", null, null);
    within(20).until(() -> second.get("/shop").body().equals("main"));

    String whole = shop.copy().put("strategy", "canary").encode();
    within(20).until(() -> server.isRegistered(bean(1, "routes.shop")));
    server.setAttribute(bean(1, "routes.shop"), new Attribute("Value", whole));
    within(20).until(() -> first.get("/shop").body().equals("canary"));
    server.invoke(bean(0, "routes.shop"), "clearOverride", null, null);
    within(20).until(() -> second.get("/shop").body().equals("main"));
  }
}
