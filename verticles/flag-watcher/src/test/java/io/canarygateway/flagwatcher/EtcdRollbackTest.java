package io.canarygateway.flagwatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.canarygateway.config.ConfigException;
import io.canarygateway.fixtures.JournalLines;
import io.canarygateway.flags.Problem;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Values in a real etcd that are refused: who is told, and what becomes of them. */
class EtcdRollbackTest extends EtcdWatching {

  @Test
  void aBadValueGoesBackToTheOneBeforeAndABadNewKeyGoes() throws Exception {
    etcd.put("limit", "7");
    WatcherFixture gateway = start(config());
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
    await().untilAsserted(() -> assertThat(rollbacks("won")).isEqualTo(5));
    etcd.put("limit", "8");
    awaitFlag(gateway, "limit", "8");
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
    WatcherFixture gateway = start(config());
    etcd.put("strategy", "sidecar");
    await().until(() -> etcd.get("strategy").isEmpty());
    etcd.putAll(Map.of("strategy", "sidecar", "sidecar-url", SIDECAR));
    awaitFlag(gateway, "strategy", "sidecar");
    etcd.delete("sidecar-url");
    await().until(() -> SIDECAR.equals(etcd.value("sidecar-url")));
    assertThat(gateway.flag("sidecar-url")).isEqualTo(SIDECAR);
    etcd.put("main-sidecar-status", "200");
    await().until(() -> etcd.get("main-sidecar-status").isEmpty());
    assertThat(gateway.revision()).isEqualTo(2);
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

  @Test
  void badAndUnknownValuesAtStartAreToldAllAtOnceAndTheLayerBelowHolds() throws Exception {
    etcd.put("limit", "many");
    etcd.put("strategie", "main");
    etcd.put("strategy", "sidecar");
    etcd.put("names", "ok");
    WatcherFixture gateway = start(config().put("limit", 5));
    assertThat(gateway.flag("limit")).isEqualTo("5");
    assertThat(gateway.flag("names")).isEqualTo("[ok]");
    assertThat(gateway.flag("strategy")).isEmpty();
    assertThat(gateway.metric("gateway_flag_rejections_total{source=\"etcd\"}")).isEqualTo(3);
    assertThat(etcd.value("limit")).as("nobody knows what it was before").isEqualTo("many");
    assertThat(gateway.report().refusals().toString())
        .contains("many", "strategie", "the nearest is strategy", "since strategy");
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
  void eachChangeIsOneLineOfTheJournalAndSecretsAreMasked() throws Exception {
    JsonObject config = config();
    config
        .getJsonObject("flags")
        .getJsonObject("declare")
        .put(
            "token",
            new JsonObject().put("type", "string").put("secret", true).put("pattern", "^[a-z]*$"));
    try (JournalLines journal = new JournalLines()) {
      WatcherFixture gateway = start(config);
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

  private double rollbacks(String result) throws Exception {
    double sum = 0;
    for (WatcherFixture gateway : gateways) {
      sum += gateway.metric("gateway_etcd_rollbacks_total{result=\"" + result + "\"}");
    }
    return sum;
  }
}
