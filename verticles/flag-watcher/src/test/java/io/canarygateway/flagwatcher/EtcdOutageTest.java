package io.canarygateway.flagwatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.Certificates;
import io.canarygateway.fixtures.EtcdServer;
import io.canarygateway.message.ComponentHealth.Status;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real etcd that is killed, compacted, reset, locked, or not there yet. */
@Tag("external")
class EtcdOutageTest {

  @TempDir Path directory;
  private EtcdServer etcd;
  private WatcherFixture gateway;

  @AfterEach
  void stop() {
    if (gateway != null) {
      gateway.close();
    }
    etcd.close();
  }

  private JsonObject config(JsonObject section) {
    return new JsonObject()
        .put("main-target", "http://127.0.0.1:1")
        .put("canary-target", "http://127.0.0.1:2")
        .put("etcd", section.put("endpoints", new JsonArray(etcd.endpoints())));
  }

  private void startGateway() throws Exception {
    gateway = WatcherFixture.start(config(new JsonObject()));
  }

  private static ConditionFactory patiently() {
    return await().atMost(Duration.ofSeconds(40));
  }

  private void awaitAnswer(String target) {
    patiently().until(() -> gateway.target().equals(target));
  }

  private void awaitStatus(Status status) {
    patiently().until(() -> gateway.health("etcd").status() == status);
  }

  @Test
  void whileItIsDownTheLastValuesStayAndAfterwardsTheNewestCount() throws Exception {
    etcd = EtcdServer.start(directory, 1);
    etcd.put("strategy", "canary");
    startGateway();
    etcd.kill();
    awaitStatus(Status.DEGRADED);
    assertThat(gateway.target()).isEqualTo("canary");
    assertThat(gateway.metric("gateway_flag_source_up{source=\"etcd\"}")).isZero();
    etcd.start();
    etcd.put("strategy", "main");
    awaitAnswer("main");
    awaitStatus(Status.UP);
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
    awaitStatus(Status.DEGRADED);
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
    awaitStatus(Status.DEGRADED);
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
    assertThat(gateway.target()).isEqualTo("canary");
    etcd.kill();
    awaitStatus(Status.DEGRADED);
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
    assertThat(gateway.target()).isEqualTo("main");
    assertThat(gateway.health("etcd").status()).isEqualTo(Status.DEGRADED);
    assertThat(gateway.health("etcd").detail()).isNotEmpty();
    etcd.start();
    etcd.put("strategy", "canary");
    awaitAnswer("canary");
    awaitStatus(Status.UP);
  }

  @Test
  void aClusterMayLoseItsLeader() throws Exception {
    etcd = EtcdServer.start(directory, 3);
    etcd.put("strategy", "canary");
    startGateway();
    awaitAnswer("canary");
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
    awaitStatus(Status.UP);
  }

  @Test
  void tryingAgainLeavesNothingBehind() throws Exception {
    etcd = EtcdServer.stopped(directory, 1);
    startGateway();
    etcd.start();
    awaitStatus(Status.UP);
    etcd.put("strategy", "canary");
    awaitAnswer("canary");
    long before = clientThreads();
    for (int i = 0; i < 4; i++) {
      etcd.kill();
      awaitStatus(Status.DEGRADED);
      etcd.start();
      awaitStatus(Status.UP);
    }
    patiently().until(() -> clientThreads() <= before + 2);
    String answer = gateway.target();
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
        WatcherFixture.start(
            config(
                new JsonObject().put("user", "gateway").put("password-file", password.toString())));
    assertThat(gateway.health("etcd").status()).isEqualTo(Status.DEGRADED);
    patiently().until(() -> gateway.health("etcd").detail().contains("authentication failed"));
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
    gateway = WatcherFixture.start(config(tls(certificates.ca(), certificates)));
    awaitAnswer("canary");
    certificates.etcdctl(etcd.endpoints().get(0), "put", "/gateway/flagz/strategy", "main");
    awaitAnswer("main");
    awaitStatus(Status.UP);
  }

  @Test
  void aServerThatCannotShowItsCertificateIsNotTrusted() throws Exception {
    Certificates certificates = Certificates.create(directory);
    Certificates others = Certificates.create(Files.createDirectory(directory.resolve("others")));
    etcd = EtcdServer.startTls(directory.resolve("etcd"), certificates);
    certificates.etcdctl(etcd.endpoints().get(0), "put", "/gateway/flagz/strategy", "canary");
    gateway = WatcherFixture.start(config(tls(others.ca(), certificates)));
    assertThat(gateway.health("etcd").status()).isEqualTo(Status.DEGRADED);
    assertThat(gateway.target()).isEqualTo("main");
  }
}
