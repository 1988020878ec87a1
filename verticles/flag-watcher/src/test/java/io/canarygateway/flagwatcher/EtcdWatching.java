package io.canarygateway.flagwatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.EtcdServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** A real etcd for the tests of a class, emptied before each, and watchers that follow it. */
@Tag("external")
abstract class EtcdWatching {

  static final String SIDECAR = "http://127.0.0.1:3";

  @TempDir static Path directory;
  static EtcdServer etcd;
  final List<WatcherFixture> gateways = new ArrayList<>();

  @BeforeAll
  static void startServers() throws Exception {
    etcd = EtcdServer.start(directory.resolve("etcd"), 1);
  }

  @AfterAll
  static void stopServers() throws Exception {
    etcd.close();
  }

  @BeforeEach
  void clear() throws Exception {
    etcd.deleteAll();
  }

  @AfterEach
  void stop() {
    gateways.forEach(WatcherFixture::close);
  }

  static JsonObject config() {
    return new JsonObject()
        .put("main-target", "http://127.0.0.1:1")
        .put("canary-target", "http://127.0.0.1:2")
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

  WatcherFixture start(JsonObject config) throws Exception {
    WatcherFixture gateway = WatcherFixture.start(config);
    gateways.add(gateway);
    return gateway;
  }

  static void awaitFlag(WatcherFixture gateway, String name, String value) {
    await().untilAsserted(() -> assertThat(gateway.flag(name)).isEqualTo(value));
  }
}
