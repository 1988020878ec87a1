package io.canarygateway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.message.ComponentHealth.Status;
import io.canarygateway.message.ReleaseCommand;
import io.canarygateway.message.ReleaseReports;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node finds when it starts, and when its store fails. */
class ReleaseRestartTest {

  @TempDir Path directory;

  private Path state() {
    return directory.resolve("releases,default.state");
  }

  /** Takes the store away; returns where it is meanwhile. */
  private Path moveAway() throws IOException {
    return Files.move(directory, directory.resolveSibling(directory.getFileName() + "-away"));
  }

  private static void good(Bench bench) {
    double share = bench.report().weightInForce();
    bench.clients(100, 0, (int) Math.round(100 / share) - 100, 0);
  }

  @Test
  void aRunningReleaseGoesOnWithItsEvidence() throws Exception {
    try (Bench bench = Bench.with(Bench.config(directory))) {
      bench.await("running", 0.1);
      good(bench);
      bench.await("running", 0.5);
      bench.clients(5, 2, 5, 1);
      await().until(() -> bench.report().counts().size() == 2);
      ReleaseReports.OfRoute before = bench.report();
      bench.restart();
      ReleaseReports.OfRoute after = bench.await("running", 0.5);
      assertThat(after.counts()).isEqualTo(before.counts());
      assertThat(after.stepSinceMillis()).isEqualTo(before.stepSinceMillis());
      assertThat(after.receipts()).isEqualTo(before.receipts());
      assertThat(after.evidence()).isEqualTo(before.evidence());
    }
  }

  @Test
  void eachStateSurvives() throws Exception {
    try (Bench bench = Bench.with(Bench.config(directory))) {
      bench.await("running", 0.1);
      bench.command("pause");
      bench.restart();
      bench.await("paused", 0.1);
      bench.command("resume");
      bench.clients(200, 0, 200, 0);
      bench.await("held", 0.1);
      bench.restart();
      bench.await("held", 0.1);
      bench.command("promote");
      bench.await("promoted", 1);
      bench.restart();
      bench.await("promoted", 1);
      bench.command("revert");
      bench.await("reverted", 0);
      await().until(() -> Files.readString(state()).contains("\"reverted\""));
      bench.restart();
      bench.await("reverted", 0);
      bench.command("resume");
      bench.restart();
      bench.await("running", 0.1);
    }
  }

  /** A killed node finds the state of the command, and not the counts that had held the release. */
  @Test
  void anAcceptedSplitIsAcceptedAfterAKillToo() throws Exception {
    try (Bench bench = Bench.with(Bench.config(directory))) {
      bench.await("running", 0.1);
      bench.clients(200, 0, 200, 0);
      bench.await("held", 0.1);
      bench.command("resume");
      byte[] atTheKill = Files.readAllBytes(state());
      bench.stop();
      Files.write(state(), atTheKill);
      bench.start();
      bench.await("running", 0.1);
      bench.clients(1, 0, 9, 0);
      bench.await("running", 0.5);
      assertThat(bench.verdicts()).containsOnlyOnce("held").endsWith("resumed", "passed");
    }
  }

  @Test
  void aStopWaitsForARevertToBeWritten() throws Exception {
    try (Bench bench = Bench.with(Bench.config(directory))) {
      bench.await("running", 0.1);
      Path elsewhere = moveAway();
      bench.clients(20, 20, 180, 1);
      bench.await("reverted", 0);
      await().until(() -> bench.report().reason().contains("not stored yet"));
      Files.move(elsewhere, directory);
      bench.stop();
      assertThat(Files.readString(state())).contains("\"reverted\"");
      bench.start();
      bench.await("reverted", 0);
    }
  }

  @Test
  void aReleaseThatWaitsForAPersonStillWaits() throws Exception {
    try (Bench bench = Bench.with(Bench.release(Bench.config(directory), "mode", "hold"))) {
      bench.await("running", 0.1);
      bench.command("next");
      bench.await("running", 0.5);
      good(bench);
      bench.await("held", 0.5);
      bench.restart();
      bench.await("held", 0.5);
      assertThat(bench.command("next").state()).isEqualTo("promoted");
    }
  }

  @Test
  void aStateThatCannotBeReadMeansNoCanaryAndIsLeftAlone() throws Exception {
    try (Bench bench = Bench.with(Bench.config(directory))) {
      bench.await("running", 0.1);
      bench.stop();
      byte[] good = Files.readAllBytes(state());
      byte[] bad = good.clone();
      bad[bad.length - 3]++;
      Files.write(state(), bad);
      bench.start();
      await().until(() -> bench.health().status() == Status.DEGRADED);
      assertThat(bench.report().state()).isEqualTo("unknown");
      assertThat(bench.weight()).isEqualTo(-1);
      assertThat(bench.refusal("promote")).isEqualTo(ReleaseCommand.UNAVAILABLE);
      assertThat(Files.readAllBytes(state())).isEqualTo(bad);
      Files.write(state(), good);
      bench.await("running", 0.1);
      await().until(() -> bench.health().status() == Status.UP);
    }
  }

  @Test
  void aDirectoryThatCannotBeUsedMeansNoCanaryUntilItCan() throws Exception {
    Path blocked = directory.resolve("blocked");
    Files.writeString(blocked, "a file");
    try (Bench bench = Bench.with(Bench.config(blocked.resolve("state")))) {
      await().until(() -> bench.health() != null && bench.health().status() == Status.DEGRADED);
      assertThat(bench.report().state()).isEqualTo("unknown");
      assertThat(bench.weight()).isEqualTo(-1);
      Files.delete(blocked);
      bench.await("running", 0.1);
    }
  }

  @Test
  void aRevertWhoseWriteFailsIsInForceAndIsWrittenLater() throws Exception {
    try (Bench bench = Bench.with(Bench.config(directory))) {
      bench.await("running", 0.1);
      Path elsewhere = moveAway();
      bench.clients(20, 20, 180, 1);
      bench.await("reverted", 0);
      assertThat(bench.verdicts()).containsExactly("started", "reverted");
      await().until(() -> bench.report().reason().contains("not stored yet"));
      assertThat(bench.refusal("resume")).isEqualTo(ReleaseCommand.CONFLICT);
      Files.move(elsewhere, directory);
      await().until(() -> Files.readString(state()).contains("\"reverted\""));
      await().until(() -> bench.health().status() == Status.UP);
      bench.await("reverted", 0);
    }
  }

  @Test
  void aKnownStateCountsForFiveSecondsWithoutTheStore() throws Exception {
    try (Bench bench = Bench.with(Bench.config(directory))) {
      bench.await("running", 0.1);
      Path elsewhere = moveAway();
      await().until(() -> bench.health().status() == Status.DEGRADED);
      assertThat(bench.weight()).isEqualTo(0.1);
      await().until(() -> bench.weight() == -1);
      assertThat(bench.report().state()).isEqualTo("unknown");
      Files.move(elsewhere, directory);
      bench.await("running", 0.1);
      assertThat(bench.verdicts()).containsExactly("started");
    }
  }

  @Test
  void aDeletedStateBeginsAnew() throws Exception {
    try (Bench bench = Bench.with(Bench.config(directory))) {
      bench.await("running", 0.1);
      bench.command("next");
      bench.await("running", 0.5);
      Files.delete(state());
      bench.await("running", 0.1);
    }
  }

  @Test
  void aStateOfAnotherVersionIsReplacedAtTheStart() throws Exception {
    JsonObject config = Bench.config(directory);
    try (Bench bench = Bench.with(config)) {
      bench.await("running", 0.1);
      bench.command("promote");
    }
    try (Bench bench = Bench.with(Bench.release(config, "version", "v3"))) {
      ReleaseReports.OfRoute report = bench.await("running", 0.1);
      assertThat(List.of(report.version(), report.receipts())).isEqualTo(List.of("v3", List.of()));
    }
  }
}
