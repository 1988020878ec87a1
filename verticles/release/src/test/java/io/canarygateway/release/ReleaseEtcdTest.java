package io.canarygateway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.CuttingProxy;
import io.canarygateway.fixtures.EtcdServer;
import io.canarygateway.message.ComponentHealth.Status;
import io.canarygateway.message.ReleaseCommand;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Releases whose state is in a real etcd, through a proxy that disturbs. */
@Tag("external")
class ReleaseEtcdTest {

  private static final String KEY = "/gateway/releases/default";

  @TempDir static Path directory;
  private static EtcdServer etcd;
  private static CuttingProxy proxy;

  @BeforeAll
  static void start() throws Exception {
    etcd = EtcdServer.start(directory.resolve("etcd"), 1);
    proxy = CuttingProxy.before(URI.create(etcd.endpoints().get(0)).getPort());
  }

  @AfterAll
  static void stop() throws Exception {
    proxy.close();
    etcd.close();
  }

  @BeforeEach
  void clear() throws Exception {
    proxy.pass();
    etcd.delete(KEY);
  }

  private static JsonObject config() {
    String url = "http://127.0.0.1:" + proxy.port();
    return Bench.config(directory.resolve("unused"))
        .put("etcd", new JsonObject().put("endpoints", new JsonArray().add(url)));
  }

  private static String stage() throws Exception {
    return new JsonObject(etcd.value(KEY)).getJsonObject("progress").getString("stage");
  }

  @Test
  void twoNodesShareOneReleaseAndOnePromotes() throws Exception {
    try (Bench one = Bench.node("n1", config());
        Bench other = Bench.node("n2", config())) {
      Bench.join(one, other);
      one.await("running", 0.1);
      other.await("running", 0.1);
      one.clients(50, 0, 450, 0);
      other.clients(50, 0, 450, 0);
      one.await("running", 0.5);
      other.await("running", 0.5);
      one.clients(60, 0, 60, 0);
      other.clients(60, 0, 60, 0);
      one.await("promoted", 1);
      other.await("promoted", 1);
      await()
          .untilAsserted(
              () -> assertThat(one.verdicts()).containsExactly("started", "passed", "promoted"));
    }
  }

  @Test
  void withoutAnAnswerCanaryGetsNothingAndThenWhatIsStored() throws Exception {
    proxy.down();
    try (Bench bench = Bench.with(config())) {
      await().until(() -> bench.health() != null && bench.health().status() == Status.DEGRADED);
      assertThat(bench.weight()).isEqualTo(-1);
      assertThat(bench.refusal("promote")).isEqualTo(ReleaseCommand.UNAVAILABLE);
      proxy.pass();
      bench.await("running", 0.1);
      await().until(() -> bench.health().status() == Status.UP);
    }
  }

  @Test
  void aRevertIsInForceWhileEtcdIsSilentAndIsWrittenLater() throws Exception {
    try (Bench bench = Bench.with(config())) {
      bench.await("running", 0.1);
      proxy.silence();
      bench.clients(20, 20, 180, 1);
      bench.await("reverted", 0);
      assertThat(stage()).isEqualTo("running");
      proxy.pass();
      await().until(() -> stage().equals("reverted"));
      bench.await("reverted", 0);
    }
  }

  @Test
  void aStepWhoseAnswerIsLostIsTakenOnce() throws Exception {
    try (Bench bench = Bench.with(config())) {
      bench.await("running", 0.1);
      proxy.loseAnswers();
      bench.clients(100, 0, 900, 0);
      await().until(() -> !stage().isEmpty() && etcd.value(KEY).contains("\"weight\":0.5,"));
      proxy.pass();
      bench.await("running", 0.5);
      await().until(() -> bench.verdicts().size() == 2);
      assertThat(bench.verdicts()).containsExactly("started", "passed");
    }
  }

  @Test
  void aTextThatIsNoStateIsLeftAlone() throws Exception {
    etcd.put(KEY, "{\"format\":7}");
    try (Bench bench = Bench.with(config())) {
      await().until(() -> bench.health() != null && bench.health().status() == Status.DEGRADED);
      await()
          .untilAsserted(
              () ->
                  assertThat(bench.health().detail())
                      .isEqualTo(
                          "release v2 of the default route: the state in etcd cannot be read:"
                              + " format 7 (expected 3)"));
      assertThat(bench.weight()).isEqualTo(-1);
      assertThat(bench.refusal("revert")).isEqualTo(ReleaseCommand.UNAVAILABLE);
      assertThat(etcd.value(KEY)).isEqualTo("{\"format\":7}");
      etcd.delete(KEY);
      bench.await("running", 0.1);
      etcd.put(KEY, "broken");
      await().until(() -> bench.weight() == -1);
      assertThat(etcd.value(KEY)).isEqualTo("broken");
    }
  }
}
