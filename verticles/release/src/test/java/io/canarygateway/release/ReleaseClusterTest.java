package io.canarygateway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.message.Addresses;
import io.canarygateway.message.NodeScores;
import io.canarygateway.message.ReleaseReports;
import io.canarygateway.message.ReleaseVerdict;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes that share a store, and whose buses are joined. */
class ReleaseClusterTest {

  @TempDir Path directory;

  private Bench node(String name) throws Exception {
    return Bench.node(name, Bench.config(directory));
  }

  @Test
  void nodesAddTheirCountsAndBothRevert() throws Exception {
    try (Bench one = node("n1");
        Bench other = node("n2")) {
      Bench.join(one, other);
      one.await("running", 0.1);
      other.await("running", 0.1);
      one.clients(3, 3, 27, 0);
      other.clients(3, 3, 27, 0);
      await().until(() -> failed(one) == 6 && failed(other) == 6);
      one.clients(9, 9, 30, 0);
      other.clients(9, 9, 30, 0);
      one.await("reverted", 0);
      other.await("reverted", 0);
    }
  }

  private static long failed(Bench bench) {
    return bench.report().counts().stream().mapToLong(ReleaseReports.Counts::canaryFailed).sum();
  }

  @Test
  void aRevertOfAnotherNodeIsFollowedBeforeTheStoreHasIt() throws Exception {
    try (Bench bench = node("n1")) {
      ReleaseReports.OfRoute begun = bench.await("running", 0.1);
      ReleaseVerdict revert =
          new ReleaseVerdict(
              "",
              "v2",
              "reverted",
              false,
              "n2",
              "",
              begun.startedMillis() + 1,
              "{\"reason\":\"9 failed\"}");
      for (ReleaseVerdict other :
          List.of(
              new ReleaseVerdict("", "v3", "reverted", false, "n2", "", Long.MAX_VALUE, ""),
              new ReleaseVerdict("", "v2", "reverted", true, "n2", "", Long.MAX_VALUE, ""),
              new ReleaseVerdict("", "v2", "promoted", false, "n2", "", Long.MAX_VALUE, ""),
              new ReleaseVerdict("x", "v2", "reverted", false, "n2", "", Long.MAX_VALUE, ""),
              new ReleaseVerdict(
                  "", "v2", "reverted", false, "n2", "", begun.startedMillis() - 60_000, ""))) {
        bench.host().bus().publish(Addresses.CLUSTER_RELEASE_VERDICTS, other);
      }
      bench.await("running", 0.1);
      bench.host().bus().publish(Addresses.CLUSTER_RELEASE_VERDICTS, revert);
      assertThat(bench.await("reverted", 0).reason()).startsWith("9 failed");
    }
  }

  /** The clock of the node that reverts may be behind that of the node that began the run. */
  @Test
  void aReceiptOfTheRunCountsWhateverTheClockSays() throws Exception {
    try (Bench bench = node("n1")) {
      long started = bench.await("running", 0.1).startedMillis();
      String receipt = "{\"reason\":\"9 failed\",\"started_millis\":" + started + "}";
      bench
          .host()
          .bus()
          .publish(
              Addresses.CLUSTER_RELEASE_VERDICTS,
              new ReleaseVerdict("", "v2", "reverted", false, "n2", "", started - 60_000, receipt));
      bench.await("reverted", 0);
    }
  }

  @Test
  void aNodeThatJoinsGetsTheEvidence() throws Exception {
    try (Bench one = node("n1")) {
      one.await("running", 0.1);
      one.clients(3, 3, 30, 2);
      await().until(() -> failed(one) == 3);
      try (Bench other = node("n2")) {
        Bench.join(one, other);
        await().until(() -> failed(other) == 3);
        await()
            .untilAsserted(
                () -> assertThat(other.report().counts()).isEqualTo(one.report().counts()));
      }
    }
  }

  @Test
  void nodesOfDifferentSettingsDoNotReplaceEachOthersState() throws Exception {
    JsonObject config = Bench.config(directory);
    try (Bench one = Bench.node("n1", config.copy())) {
      one.await("running", 0.1);
      try (Bench other = Bench.node("n2", Bench.release(config, "version", "v3"))) {
        other.await("running", 0.1);
        await().until(() -> one.weight() == -1);
        assertThat(one.report().state()).isEqualTo("unknown");
        assertThat(one.report().reason()).startsWith("the store has a release of v3");
        await().during(Duration.ofMillis(500)).until(() -> other.weight() == 0.1);
        one.use(Bench.release(config, "version", "v3"));
        one.await("running", 0.1);
        assertThat(other.verdicts()).containsExactly("started");
      }
    }
  }

  @Test
  void whatNoNodeCanHaveSentIsDropped() throws Exception {
    try (Bench bench = node("n1")) {
      bench.await("running", 0.1);
      for (NodeScores.Stream bad :
          List.of(
              stream(1.5, 13, 0),
              stream(Double.NaN, 13, 0),
              stream(0.1, 12, 0),
              stream(0.1, 13, -1),
              stream(0.1, 13 * 20_001, 0))) {
        publish(bench, "v2", bad);
      }
      publish(bench, "v3", stream(0.1, 13, 0));
      publish(bench, "v2", stream(0.1, 13, 0));
      await().until(() -> !bench.report().counts().isEmpty());
      assertThat(bench.report().counts().get(0).mainClients()).isEqualTo(1);
    }
  }

  private static NodeScores.Stream stream(double weight, int bytes, long age) {
    return new NodeScores.Stream(
        "l", age, List.of(new NodeScores.Segment(weight, Buffer.buffer(new byte[bytes]))));
  }

  private static void publish(Bench bench, String version, NodeScores.Stream stream) {
    bench
        .host()
        .bus()
        .publish(
            Addresses.CLUSTER_RELEASE_SCORES,
            new NodeScores(
                "n2", true, List.of(new NodeScores.OfRoute("", version, List.of(stream)))));
  }
}
