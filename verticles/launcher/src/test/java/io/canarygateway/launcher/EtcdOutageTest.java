package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real etcd that is killed, compacted, reset, locked, or not there yet. */
class EtcdOutageTest {

  @TempDir Path directory;
  private Upstreams upstreams;
  private EtcdServer etcd;
  private GatewayFixture gateway;

  @BeforeEach
  void start() {
    upstreams = new Upstreams();
  }

  @AfterEach
  void stop() {
    if (gateway != null) {
      gateway.close();
    }
    etcd.close();
    upstreams.close();
  }

  private JsonObject config(JsonObject section) {
    return upstreams
        .withoutSidecar()
        .put("etcd", section.put("endpoints", new JsonArray(etcd.endpoints())));
  }

  private void startGateway() throws Exception {
    gateway = GatewayFixture.start(config(new JsonObject()));
  }

  private static ConditionFactory patiently() {
    return await().atMost(Duration.ofSeconds(40));
  }

  private void awaitAnswer(String target) {
    patiently().until(() -> gateway.get("/").body().equals(target));
  }

  private void awaitStatus(String status) {
    patiently().until(() -> gateway.health("etcd").getString("status").equals(status));
  }

  @Test
  void whileItIsDownTheLastValuesStayAndAfterwardsTheNewestCount() throws Exception {
    etcd = EtcdServer.start(directory, 1);
    etcd.put("strategy", "canary");
    startGateway();
    etcd.kill();
    awaitStatus("DEGRADED");
    assertThat(gateway.get("/").body()).isEqualTo("canary");
    assertThat(gateway.instrumentation("/health/ready").statusCode()).isEqualTo(200);
    assertThat(gateway.metric("gateway_flag_source_up{source=\"etcd\"}")).isZero();
    etcd.start();
    etcd.put("strategy", "main");
    awaitAnswer("main");
    awaitStatus("UP");
    etcd.put("strategy", "bad");
    patiently().until(() -> "main".equals(etcd.value("strategy")));
  }

  @Test
  void aCompactionMeanwhileMeansReadingEverythingAgain() throws Exception {
    etcd = EtcdServer.start(directory, 1);
    etcd.put("strategy", "canary");
    etcd.put("trim-prefix", "/a");
    startGateway();
    etcd.kill();
    awaitStatus("DEGRADED");
    etcd.startHidden();
    for (int i = 0; i < 20; i++) {
      etcd.put("strategy", i % 2 == 0 ? "canary" : "main");
    }
    etcd.delete("trim-prefix");
    etcd.compact();
    etcd.kill();
    etcd.start();
    awaitAnswer("main");
    patiently().until(() -> gateway.flag("trim-prefix").isEmpty());
    etcd.put("strategy", "canary");
    awaitAnswer("canary");
  }

  @Test
  void whatHappenedMeanwhileIsDealtWithInOrderAndBadValuesGoBack() throws Exception {
    etcd = EtcdServer.start(directory, 1);
    etcd.put("strategy", "canary");
    startGateway();
    etcd.kill();
    awaitStatus("DEGRADED");
    etcd.startHidden();
    etcd.put("strategy", "main");
    etcd.put("strategy", "bad");
    etcd.put("trim-prefix", "/a");
    etcd.kill();
    etcd.start();
    patiently().until(() -> "main".equals(etcd.value("strategy")));
    awaitAnswer("main");
    patiently().until(() -> gateway.flag("trim-prefix").equals("/a"));
    assertThat(gateway.revision()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 60})
  void anEtcdWithAnotherHistoryIsReadFromTheBeginning(int writes) throws Exception {
    etcd = EtcdServer.start(directory.resolve("one"), 1);
    for (int i = 0; i < 30; i++) {
      etcd.put("strategy", i % 2 == 0 ? "main" : "canary");
    }
    startGateway();
    assertThat(gateway.get("/").body()).isEqualTo("canary");
    etcd.kill();
    awaitStatus("DEGRADED");
    try (var files = Files.walk(directory.resolve("one"))) {
      files
          .sorted(java.util.Comparator.reverseOrder())
          .map(Path::toFile)
          .forEach(java.io.File::delete);
    }
    // Be its revision now below the one that was seen last, or above.
    etcd.startHidden();
    for (int i = 0; i < writes; i++) {
      etcd.put("trim-prefix", "/new");
    }
    etcd.kill();
    etcd.start();
    patiently().until(() -> gateway.flag("trim-prefix").equals("/new"));
    patiently().until(() -> gateway.flag("strategy").isEmpty());
    etcd.put("strategy", "canary");
    awaitAnswer("canary");
  }

  @Test
  void itMayComeUpAfterTheGateway() throws Exception {
    etcd = EtcdServer.stopped(directory, 1);
    startGateway();
    assertThat(gateway.get("/").body()).isEqualTo("main");
    JsonObject ready = new JsonObject(gateway.instrumentation("/health/ready").body());
    assertThat(ready.getString("status")).isEqualTo("DEGRADED");
    assertThat(gateway.health("etcd").getJsonObject("data").getString("detail")).isNotEmpty();
    etcd.start();
    etcd.put("strategy", "canary");
    awaitAnswer("canary");
    awaitStatus("UP");
  }

  @Test
  void aClusterMayLoseItsLeader() throws Exception {
    etcd = EtcdServer.start(directory, 3);
    etcd.put("strategy", "canary");
    startGateway();
    assertThat(gateway.get("/").body()).isEqualTo("canary");
    for (String next : List.of("main", "canary")) {
      etcd.killLeader();
      patiently()
          .ignoreExceptions()
          .until(
              () -> {
                etcd.put("strategy", next);
                return true;
              });
      awaitAnswer(next);
      etcd.start();
    }
    awaitStatus("UP");
  }

  @Test
  void tryingAgainLeavesNothingBehind() throws Exception {
    etcd = EtcdServer.stopped(directory, 1);
    startGateway();
    etcd.start();
    awaitStatus("UP");
    etcd.put("strategy", "canary");
    awaitAnswer("canary");
    long before = clientThreads();
    for (int i = 0; i < 4; i++) {
      etcd.kill();
      awaitStatus("DEGRADED");
      etcd.start();
      awaitStatus("UP");
    }
    patiently().until(() -> clientThreads() <= before + 2);
    String answer = gateway.get("/").body();
    assertThat(answer).isEqualTo("canary");
    double revision = gateway.revision();
    etcd.put("strategy", "main");
    awaitAnswer("main");
    assertThat(gateway.revision()).as("applied once").isEqualTo(revision + 1);
  }

  private static long clientThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("jetcd"))
        .count();
  }

  @Test
  void aUserAndAPasswordOpenIt() throws Exception {
    etcd = EtcdServer.start(directory, 1);
    etcd.put("strategy", "canary");
    etcd.enableAuth("gateway", "secret");
    Path password = Files.writeString(directory.resolve("password"), "wrong\n");
    gateway =
        GatewayFixture.start(
            config(
                new JsonObject().put("user", "gateway").put("password-file", password.toString())));
    assertThat(gateway.health("etcd").getString("status")).isEqualTo("DEGRADED");
    assertThat(gateway.health("etcd").encode()).contains("authentication failed");
    Files.writeString(password, "secret\n");
    awaitAnswer("canary");
    etcd.put("strategy", "main");
    awaitAnswer("main");
    etcd.put("strategy", "bad");
    patiently().until(() -> "main".equals(etcd.value("strategy")));
  }

  private static JsonObject tls(Path ca, Certificates client) {
    return new JsonObject()
        .put(
            "tls",
            new JsonObject()
                .put("ca-file", ca.toString())
                .put("cert-file", client.clientCert().toString())
                .put("key-file", client.clientKey().toString()));
  }

  @Test
  void certificatesOpenIt() throws Exception {
    Certificates certificates = Certificates.create(directory);
    etcd = EtcdServer.startTls(directory.resolve("etcd"), certificates);
    certificates.etcdctl(etcd.endpoints().get(0), "put", "/gateway/flagz/strategy", "canary");
    gateway = GatewayFixture.start(config(tls(certificates.ca(), certificates)));
    awaitAnswer("canary");
    certificates.etcdctl(etcd.endpoints().get(0), "put", "/gateway/flagz/strategy", "main");
    awaitAnswer("main");
    assertThat(gateway.health("etcd").getString("status")).isEqualTo("UP");
  }

  @Test
  void aServerThatCannotShowItsCertificateIsNotTrusted() throws Exception {
    Certificates certificates = Certificates.create(directory);
    Certificates others = Certificates.create(Files.createDirectory(directory.resolve("others")));
    etcd = EtcdServer.startTls(directory.resolve("etcd"), certificates);
    certificates.etcdctl(etcd.endpoints().get(0), "put", "/gateway/flagz/strategy", "canary");
    gateway = GatewayFixture.start(config(tls(others.ca(), certificates)));
    assertThat(gateway.health("etcd").getString("status")).isEqualTo("DEGRADED");
    assertThat(gateway.get("/").body()).isEqualTo("main");
  }
}
