package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.EtcdServer;
import io.canarygateway.fixtures.Upstreams;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A static setting that is edited while the gateway runs makes health say so until it is undone.
 */
class StaticEditsTest {

  private static final String DRAIN = "router-server.drain-timeout";

  @TempDir Path directory;
  private Upstreams upstreams;
  private Path flags;

  @BeforeEach
  void start() throws Exception {
    upstreams = new Upstreams();
    flags = Files.createDirectory(directory.resolve("flags"));
  }

  @AfterEach
  void stop() {
    upstreams.close();
  }

  private JsonObject config(String drainTimeout) {
    JsonObject config = upstreams.withoutSidecar();
    config.put("router-server", new JsonObject().put("drain-timeout", drainTimeout));
    config.put("flags", new JsonObject().put("directory", flags.toString()));
    return GatewayFixture.onFreePorts(config);
  }

  private Path write(JsonObject document) throws Exception {
    Path next = Files.writeString(directory.resolve("next"), document.encode());
    return Files.move(next, directory.resolve("config.json"), StandardCopyOption.REPLACE_EXISTING);
  }

  private static boolean hasRestartCheck(GatewayFixture gateway) throws Exception {
    return new JsonObject(gateway.instrumentation("/health/ready").body())
        .getJsonArray("checks").stream()
            .anyMatch(check -> ((JsonObject) check).getString("id").equals("restart"));
  }

  private static void awaitPending(GatewayFixture gateway, String changes) {
    await()
        .untilAsserted(
            () -> {
              assertThat(hasRestartCheck(gateway)).isTrue();
              JsonObject check = gateway.health("restart");
              assertThat(check.getString("status")).isEqualTo("DEGRADED");
              assertThat(check.getJsonObject("data").getString("detail"))
                  .isEqualTo("the next restart will change " + changes);
            });
    await()
        .untilAsserted(
            () -> assertThat(gateway.instrumentation("/health/ready").statusCode()).isEqualTo(200));
  }

  private static void awaitNonePending(GatewayFixture gateway) {
    await().until(() -> gateway.health("restart").getString("status").equals("UP"));
  }

  @Test
  void inTheDirectory() throws Exception {
    Files.writeString(flags.resolve(DRAIN), "3s");
    try (GatewayFixture gateway = GatewayFixture.start(config("1s"))) {
      assertThat(hasRestartCheck(gateway)).isFalse();
      Files.writeString(flags.resolve(DRAIN), "4s");
      awaitPending(gateway, DRAIN + " (directory)");
      Files.writeString(flags.resolve("router-server.max-headers"), "100");
      awaitPending(gateway, DRAIN + " (directory), router-server.max-headers (directory)");
      Files.delete(flags.resolve("router-server.max-headers"));
      awaitPending(gateway, DRAIN + " (directory)");
      Files.writeString(flags.resolve(DRAIN), "3s\n");
      awaitNonePending(gateway);
      Files.delete(flags.resolve(DRAIN));
      awaitPending(gateway, DRAIN + " (directory)");
      assertThat(gateway.flag(DRAIN)).isEqualTo("3s");
    }
  }

  @Test
  void inTheConfigurationFile() throws Exception {
    JsonObject config = config("1s");
    try (GatewayFixture gateway = GatewayFixture.start(config, write(config))) {
      write(config("2s"));
      awaitPending(gateway, DRAIN + " (conf)");
      write(config);
      awaitNonePending(gateway);
      JsonObject added = config.copy();
      added.getJsonObject("router-server").put("max-headers", 100);
      write(added);
      awaitPending(gateway, "router-server.max-headers (conf)");
      write(config);
      awaitNonePending(gateway);
    }
  }

  @Test
  void anEditThatAHigherLayerCoversChangesNothing() throws Exception {
    Files.writeString(flags.resolve(DRAIN), "3s");
    JsonObject config = config("1s");
    try (GatewayFixture gateway = GatewayFixture.start(config, write(config))) {
      write(config("2s").put("trim-prefix", "/seen"));
      await().until(() -> gateway.flag("trim-prefix").equals("/seen"));
      assertThat(hasRestartCheck(gateway)).isFalse();
    }
  }

  @Tag("external")
  @Test
  void inEtcd() throws Exception {
    try (EtcdServer etcd = EtcdServer.start(directory.resolve("etcd"), 1)) {
      etcd.put(DRAIN, "3s");
      JsonObject config =
          config("1s")
              .put("etcd", new JsonObject().put("endpoints", new JsonArray(etcd.endpoints())));
      try (GatewayFixture gateway = GatewayFixture.start(config)) {
        etcd.put(DRAIN, "4s");
        awaitPending(gateway, DRAIN + " (etcd)");
        etcd.put(DRAIN, "3s");
        awaitNonePending(gateway);
        etcd.delete(DRAIN);
        awaitPending(gateway, DRAIN + " (etcd)");
        assertThat(gateway.flag(DRAIN)).isEqualTo("3s");
      }
    }
  }
}
