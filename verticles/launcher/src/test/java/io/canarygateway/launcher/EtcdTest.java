package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.canarygateway.config.ConfigException;
import io.canarygateway.flags.Problem;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Flags from a real etcd that is well. */
class EtcdTest {

  @TempDir static Path directory;
  private static EtcdServer etcd;
  private static Upstreams upstreams;
  private final List<GatewayFixture> gateways = new ArrayList<>();

  @BeforeAll
  static void startServers() throws Exception {
    etcd = EtcdServer.start(directory.resolve("etcd"), 1);
    upstreams = new Upstreams();
  }

  @AfterAll
  static void stopServers() throws Exception {
    etcd.close();
    upstreams.close();
  }

  @BeforeEach
  void clear() throws Exception {
    etcd.deleteAll();
  }

  @AfterEach
  void stop() {
    gateways.forEach(GatewayFixture::close);
  }

  private static JsonObject config() {
    return upstreams
        .withoutSidecar()
        .put("etcd", new JsonObject().put("endpoints", new JsonArray(etcd.endpoints())))
        .put(
            "flags",
            new JsonObject()
                .put(
                    "declare",
                    new JsonObject()
                        .put(
                            "limit",
                            new JsonObject().put("type", "int64").put("default", 1).put("max", 100))
                        .put("names", new JsonObject().put("type", "string-set"))
                        .put("text", new JsonObject().put("type", "string"))));
  }

  private GatewayFixture start(JsonObject config) throws Exception {
    GatewayFixture gateway = GatewayFixture.start(config);
    gateways.add(gateway);
    return gateway;
  }

  private static void awaitFlag(GatewayFixture gateway, String name, String value) {
    await().untilAsserted(() -> assertThat(gateway.flag(name)).isEqualTo(value));
  }

  @Test
  void theFirstLoadSetsStaticAndDynamicFlags() throws Exception {
    etcd.put("strategy", "canary");
    etcd.put("router-server.drain-timeout", "3s");
    etcd.put("names", "b,a");
    GatewayFixture gateway = start(config());
    assertThat(gateway.get("/").body()).isEqualTo("canary");
    assertThat(gateway.flag("router-server.drain-timeout")).isEqualTo("3s");
    assertThat(gateway.flag("names")).isEqualTo("[a b]");
    assertThat(gateway.revision()).isEqualTo(1);
    assertThat(gateway.health("etcd").getString("status")).isEqualTo("UP");
  }

  @Test
  void aChangeCountsForTheNextRequestAndADeleteUncoversTheLayerBelow() throws Exception {
    GatewayFixture gateway = start(config().put("strategy", "canary"));
    assertThat(gateway.get("/").body()).isEqualTo("canary");
    etcd.put("strategy", "main");
    await().until(() -> gateway.get("/").body().equals("main"));
    etcd.delete("strategy");
    await().until(() -> gateway.get("/").body().equals("canary"));
    etcd.put("strategy", "main");
    await().until(() -> gateway.get("/").body().equals("main"));
    etcd.put("strategy", "");
    await().until(() -> gateway.get("/").body().equals("canary"));
    assertThat(etcd.value("strategy")).as("an empty value is no fault").isEmpty();
    assertThat(gateway.revision()).isEqualTo(5);
  }

  @Test
  void aBadValueGoesBackToTheOneBeforeAndABadNewKeyGoes() throws Exception {
    etcd.put("limit", "7");
    GatewayFixture gateway = start(config());
    for (String bad : List.of("seven", "101", "7.5")) {
      etcd.put("limit", bad);
      await().until(() -> "7".equals(etcd.value("limit")));
    }
    etcd.put("max-requests-in-flight", "-1");
    await().until(() -> etcd.get("max-requests-in-flight").isEmpty());
    etcd.put("text", new byte[] {(byte) 0xc3, '('});
    await().until(() -> etcd.get("text").isEmpty());
    assertThat(gateway.flag("limit")).isEqualTo("7");
    assertThat(gateway.revision()).isEqualTo(1);
    assertThat(gateway.metric("gateway_etcd_rollbacks_total{result=\"won\"}")).isEqualTo(5);
    etcd.put("limit", "8");
    awaitFlag(gateway, "limit", "8");
  }

  @Test
  void aValueWithALeaseUncoversTheLayerBelowWhenItEnds() throws Exception {
    GatewayFixture gateway = start(config());
    long lease = etcd.putWithLease("limit", "7");
    awaitFlag(gateway, "limit", "7");
    etcd.put("limit", "bad");
    await().until(() -> "7".equals(etcd.value("limit")));
    assertThat(etcd.get("limit").orElseThrow().getLease()).isEqualTo(lease);
    etcd.revoke(lease);
    awaitFlag(gateway, "limit", "1");
  }

  @Test
  void valuesBadInARowGoBackToTheLastGoodOneWithoutPingPong() throws Exception {
    etcd.put("limit", "7");
    start(config());
    start(config());
    for (int i = 0; i < 20; i++) {
      etcd.put("limit", "bad" + i);
    }
    await().until(() -> "7".equals(etcd.value("limit")));
    long version = etcd.get("limit").orElseThrow().getVersion();
    assertThat(version).isBetween(22L, 41L);
    await()
        .during(Duration.ofMillis(300))
        .until(() -> etcd.get("limit").orElseThrow().getVersion() == version);
  }

  @Test
  void whatDoesNotFitTheRestIsRolledBackToo() throws Exception {
    GatewayFixture gateway = start(config());
    etcd.put("strategy", "sidecar");
    await().until(() -> etcd.get("strategy").isEmpty());
    etcd.putAll(Map.of("strategy", "sidecar", "sidecar-url", upstreams.sidecar.url()));
    awaitFlag(gateway, "strategy", "sidecar");
    etcd.delete("sidecar-url");
    await().until(() -> upstreams.sidecar.url().equals(etcd.value("sidecar-url")));
    assertThat(gateway.flag("sidecar-url")).isEqualTo(upstreams.sidecar.url());
    etcd.put("main-sidecar-status", "200");
    await().until(() -> etcd.get("main-sidecar-status").isEmpty());
    assertThat(gateway.revision()).isEqualTo(2);
  }

  @Test
  void oneTransactionIsOneRevisionAndItsGoodPartCounts() throws Exception {
    GatewayFixture gateway = start(config());
    etcd.putAll(Map.of("limit", "2", "names", "a", "text", "x"));
    awaitFlag(gateway, "text", "x");
    assertThat(gateway.revision()).isEqualTo(2);
    etcd.putAll(Map.of("limit", "bad", "text", "y"));
    awaitFlag(gateway, "text", "y");
    await().until(() -> "2".equals(etcd.value("limit")));
    assertThat(gateway.flag("limit")).isEqualTo("2");
    assertThat(gateway.revision()).isEqualTo(3);
  }

  @Test
  void unknownStaticDeeperAndDocumentOnlyKeysAreLeftAlone() throws Exception {
    GatewayFixture gateway = start(config());
    etcd.put("no-such-flag", "1");
    etcd.put("router-server.port", "1");
    etcd.put("deeper/limit", "5");
    etcd.put("flags.strict", "true");
    etcd.put("/gateway/flagzlimit", "5");
    etcd.put("limit", "9");
    awaitFlag(gateway, "limit", "9");
    assertThat(gateway.revision()).isEqualTo(2);
    for (String key : List.of("no-such-flag", "router-server.port", "deeper/limit")) {
      assertThat(etcd.get(key)).as(key).isPresent();
    }
    assertThat(gateway.metric("gateway_flag_rejections_total{source=\"etcd\"}")).isZero();
  }

  @Test
  void badAndUnknownValuesAtStartAreToldAllAtOnceAndTheLayerBelowHolds() throws Exception {
    etcd.put("limit", "many");
    etcd.put("strategie", "main");
    etcd.put("strategy", "sidecar");
    etcd.put("names", "ok");
    GatewayFixture gateway = start(config().put("limit", 5));
    assertThat(gateway.flag("limit")).isEqualTo("5");
    assertThat(gateway.flag("names")).isEqualTo("[ok]");
    assertThat(gateway.flag("strategy")).isEmpty();
    assertThat(gateway.metric("gateway_flag_rejections_total{source=\"etcd\"}")).isEqualTo(3);
    assertThat(etcd.value("limit")).as("nobody knows what it was before").isEqualTo("many");
    String page = gateway.page("/debug/flagz");
    assertThat(page).contains("many", "strategie", "the nearest is strategy", "since strategy");
  }

  @Test
  void whatDoesNotFitIsToldWithItsValue() throws Exception {
    try (JournalLines journal = new JournalLines()) {
      start(config());
      etcd.put("strategy", "sidecar");
      await().until(() -> etcd.get("strategy").isEmpty());
      assertThat(journal.of("strategy").get(0))
          .containsEntry("new", "\"sidecar\"")
          .extractingByKey("reason")
          .asString()
          .contains("a value that fits the rest", "sidecar-url: nothing");
    }
  }

  @Test
  void strictRefusesToStartAndNamesEveryCulprit() throws Exception {
    etcd.put("limit", "many");
    etcd.put("strategie", "main");
    JsonObject config = config();
    config.getJsonObject("flags").put("strict", true);
    assertThatThrownBy(() -> start(config))
        .isInstanceOfSatisfying(
            ConfigException.class,
            e ->
                assertThat(e.problems().stream().map(Problem::key))
                    .containsExactlyInAnyOrder("limit", "strategie"));
  }

  @Test
  void aValueOfThreeGatewaysIsRolledBackOnce() throws Exception {
    etcd.put("limit", "1");
    for (int i = 0; i < 3; i++) {
      start(config());
    }
    long before = etcd.get("limit").orElseThrow().getVersion();
    for (int i = 0; i < 10; i++) {
      etcd.put("limit", "bad");
      await().until(() -> "1".equals(etcd.value("limit")));
    }
    await()
        .untilAsserted(
            () -> {
              assertThat(rollbacks("won")).isEqualTo(10);
              assertThat(rollbacks("lost")).isEqualTo(20);
            });
    assertThat(etcd.get("limit").orElseThrow().getVersion()).isEqualTo(before + 20);
  }

  private double rollbacks(String result) throws Exception {
    double sum = 0;
    for (GatewayFixture gateway : gateways) {
      sum += gateway.metric("gateway_etcd_rollbacks_total{result=\"" + result + "\"}");
    }
    return sum;
  }

  @Test
  void eachLayerCoversThoseBeforeWhateverCameFirst() throws Exception {
    Path flags = Files.createTempDirectory(directory, "flags");
    JsonObject config = config().put("limit", 2);
    config.getJsonObject("flags").put("directory", flags.toString());
    etcd.put("limit", "4");
    GatewayFixture gateway = start(config);
    assertThat(gateway.flag("limit")).isEqualTo("4");
    Files.writeString(flags.resolve("limit"), "3\n");
    await().until(() -> gateway.metric("gateway_flag_updates_total{source=\"directory\"}") == 1);
    assertThat(gateway.flag("limit")).as("covered").isEqualTo("4");
    assertThat(gateway.revision()).isEqualTo(1);
    etcd.delete("limit");
    awaitFlag(gateway, "limit", "3");
    Files.delete(flags.resolve("limit"));
    awaitFlag(gateway, "limit", "2");
  }

  @Test
  void checksumsFollowTheValuesAndOldSeriesVanish() throws Exception {
    GatewayFixture one = start(config());
    GatewayFixture two = start(config().put("limit", 7));
    String before = dynamicChecksum(one);
    etcd.put("limit", "9");
    awaitFlag(one, "limit", "9");
    awaitFlag(two, "limit", "9");
    assertThat(dynamicChecksum(one)).isEqualTo(dynamicChecksum(two)).isNotEqualTo(before);
    assertThat(one.metrics().lines().filter(line -> line.startsWith("flagz_checksum{")))
        .hasSize(2)
        .contains(
            "flagz_checksum{checksum=\""
                + dynamicChecksum(one)
                + "\",set=\"gateway\",type=\"dynamic\"} 1");
    etcd.delete("limit");
    awaitFlag(one, "limit", "1");
    assertThat(dynamicChecksum(one)).isEqualTo(before);
  }

  private static String dynamicChecksum(GatewayFixture gateway) throws Exception {
    return gateway.flagz("").getString("checksum_dynamic");
  }

  @Test
  void twoHundredChangesAreAppliedInOrderEachOnce() throws Exception {
    GatewayFixture gateway = start(config());
    for (int i = 0; i < 200; i++) {
      etcd.put("limit", Integer.toString(i % 2 + 10));
    }
    etcd.put("text", "end");
    awaitFlag(gateway, "text", "end");
    assertThat(gateway.revision()).isEqualTo(202);
  }

  @Test
  void whatIsHeldBackInEtcdCountsAsSoonAsItFits() throws Exception {
    etcd.put("strategy", "sidecar");
    GatewayFixture gateway = start(config());
    assertThat(gateway.flag("strategy")).isEmpty();
    etcd.put("sidecar-url", upstreams.sidecar.url());
    awaitFlag(gateway, "strategy", "sidecar");
    assertThat(etcd.value("strategy")).isEqualTo("sidecar");
  }

  /** The answer of one sidecar read by the statuses of the other would mean main. */
  @Test
  void noRequestAsksTheSidecarOfOneRevisionByTheStatusesOfAnother() throws Exception {
    GatewayFixture gateway = start(config());
    try (Upstreams others = new Upstreams()) {
      others.sidecar.answerWith(201);
      turnTo(upstreams.sidecar.url(), 200);
      await().until(() -> gateway.get("/").body().equals("canary"));
      AtomicBoolean over = new AtomicBoolean();
      List<CompletableFuture<Set<String>>> clients = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        clients.add(
            CompletableFuture.supplyAsync(
                () -> {
                  Set<String> bodies = new HashSet<>();
                  while (!over.get()) {
                    try {
                      bodies.add(gateway.get("/").body());
                    } catch (Exception e) {
                      bodies.add(e.toString());
                    }
                  }
                  return bodies;
                }));
      }
      for (int i = 0; i < 150; i++) {
        turnTo(i % 2 == 0 ? others.sidecar.url() : upstreams.sidecar.url(), i % 2 == 0 ? 201 : 200);
      }
      over.set(true);
      for (CompletableFuture<Set<String>> client : clients) {
        assertThat(client.get(30, TimeUnit.SECONDS)).containsExactly("canary");
      }
      await().until(() -> gateway.revision() == 152);
    }
  }

  private static void turnTo(String sidecar, int canaryStatus) throws Exception {
    etcd.putAll(
        Map.of(
            "strategy",
            "sidecar",
            "sidecar-url",
            sidecar,
            "canary-sidecar-status",
            Integer.toString(canaryStatus)));
  }

  @Test
  void aDeadMemberDoesNotKeepFromTheOthers() throws Exception {
    etcd.put("strategy", "canary");
    JsonObject config = config();
    config
        .getJsonObject("etcd")
        .put(
            "endpoints",
            new JsonArray()
                .add("http://127.0.0.1:" + FreePorts.next())
                .add(etcd.endpoints().get(0))
                .add("http://127.0.0.1:" + FreePorts.next()));
    GatewayFixture gateway = start(config);
    assertThat(gateway.get("/").body()).as("at once").isEqualTo("canary");
    etcd.put("strategy", "main");
    await().until(() -> gateway.get("/").body().equals("main"));
  }

  @Test
  void eachChangeIsOneLineOfTheJournalAndSecretsAreMasked() throws Exception {
    JsonObject config = config();
    config
        .getJsonObject("flags")
        .getJsonObject("declare")
        .put(
            "token",
            new JsonObject().put("type", "string").put("secret", true).put("pattern", "^[a-z]*$"));
    try (JournalLines journal = new JournalLines()) {
      GatewayFixture gateway = start(config);
      etcd.put("limit", "7");
      awaitFlag(gateway, "limit", "7");
      etcd.put("token", "hunter");
      await().until(() -> gateway.revision() == 3);
      etcd.put("token", "HUNTER2");
      await().until(() -> "hunter".equals(etcd.value("token")));
      etcd.put("limit", "8");
      awaitFlag(gateway, "limit", "8");
      assertThat(journal.of("limit"))
          .extracting(line -> line.get("old") + ">" + line.get("new") + "@" + line.get("revision"))
          .containsExactly("1>7@2", "7>8@4");
      assertThat(journal.of("limit").get(0))
          .containsEntry("source", "etcd")
          .containsEntry("message", "flag changed");
      assertThat(journal.of("token"))
          .extracting(line -> line.get("old") + ">" + line.get("new"))
          .containsExactly("***>***", "null>***");
      assertThat(journal.of("token").get(1).get("reason").toString()).contains("^[a-z]*$");
      assertThat(journal.toString().toLowerCase(java.util.Locale.ROOT)).doesNotContain("hunter");
    }
  }
}
