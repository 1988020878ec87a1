package io.canarygateway.flagwatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.FreePorts;
import io.canarygateway.message.ComponentHealth.Status;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Flags from a real etcd that is well. */
class EtcdTest extends EtcdWatching {

  @Test
  void theFirstLoadSetsStaticAndDynamicFlags() throws Exception {
    etcd.put("strategy", "canary");
    etcd.put("router-server.drain-timeout", "3s");
    etcd.put("names", "b,a");
    WatcherFixture gateway = start(config());
    assertThat(gateway.target()).isEqualTo("canary");
    assertThat(gateway.flag("router-server.drain-timeout")).isEqualTo("3s");
    assertThat(gateway.flag("names")).isEqualTo("[a b]");
    assertThat(gateway.revision()).isEqualTo(1);
    assertThat(gateway.health("etcd").status()).isEqualTo(Status.UP);
  }

  @Test
  void aValueWithALeaseUncoversTheLayerBelowWhenItEnds() throws Exception {
    WatcherFixture gateway = start(config());
    long lease = etcd.putWithLease("limit", "7");
    awaitFlag(gateway, "limit", "7");
    etcd.put("limit", "bad");
    await().until(() -> "7".equals(etcd.value("limit")));
    assertThat(etcd.get("limit").orElseThrow().getLease()).isEqualTo(lease);
    etcd.revoke(lease);
    awaitFlag(gateway, "limit", "1");
  }

  @Test
  void oneTransactionIsOneRevisionAndItsGoodPartCounts() throws Exception {
    WatcherFixture gateway = start(config());
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
    WatcherFixture gateway = start(config());
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
  void eachLayerCoversThoseBeforeWhateverCameFirst() throws Exception {
    Path flags = Files.createTempDirectory(directory, "flags");
    JsonObject config = config().put("limit", 2);
    config.getJsonObject("flags").put("directory", flags.toString());
    etcd.put("limit", "4");
    WatcherFixture gateway = start(config);
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
    WatcherFixture one = start(config());
    WatcherFixture two = start(config().put("limit", 7));
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
                + "\",set=\"gateway\",type=\"dynamic\"} 1.0");
    etcd.delete("limit");
    awaitFlag(one, "limit", "1");
    assertThat(dynamicChecksum(one)).isEqualTo(before);
  }

  @Test
  void twoHundredChangesAreAppliedInOrderEachOnce() throws Exception {
    WatcherFixture gateway = start(config());
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
    WatcherFixture gateway = start(config());
    assertThat(gateway.flag("strategy")).isEmpty();
    etcd.put("sidecar-url", SIDECAR);
    awaitFlag(gateway, "strategy", "sidecar");
    assertThat(etcd.value("strategy")).isEqualTo("sidecar");
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
    WatcherFixture gateway = start(config);
    assertThat(gateway.target()).as("at once").isEqualTo("canary");
    etcd.put("strategy", "main");
    await().until(() -> gateway.target().equals("main"));
  }

  private static String dynamicChecksum(WatcherFixture gateway) throws Exception {
    return gateway.report().checksumDynamic();
  }
}
