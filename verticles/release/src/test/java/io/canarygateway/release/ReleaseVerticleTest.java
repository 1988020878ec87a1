package io.canarygateway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.message.ComponentHealth.Status;
import io.canarygateway.message.ReleaseCommand;
import io.canarygateway.message.ReleaseReports;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One node, whose state is in files. */
class ReleaseVerticleTest {

  @TempDir Path directory;

  private Bench bench() throws Exception {
    return Bench.with(Bench.config(directory));
  }

  /** The evidence that passes the present step. */
  private static void good(Bench bench) {
    double share = bench.report().weightInForce();
    bench.clients(100, 0, (int) Math.round(100 / share) - 100, 0);
  }

  @Test
  void aGoodCanaryIsPromotedStepByStep() throws Exception {
    try (Bench bench = bench()) {
      ReleaseReports.OfRoute first = bench.await("running", 0.1);
      assertThat(first.step()).isEqualTo(1);
      assertThat(first.steps()).isEqualTo(3);
      assertThat(first.needs()).isNotEmpty();
      good(bench);
      bench.await("running", 0.5);
      good(bench);
      ReleaseReports.OfRoute promoted = bench.await("promoted", 1);
      assertThat(promoted.step()).isEqualTo(3);
      assertThat(promoted.receipts()).hasSize(2);
      assertThat(promoted.counts()).hasSize(2);
      assertThat(bench.verdicts()).containsExactly("started", "passed", "promoted");
      await().until(() -> bench.host().metric("gateway_release_state{state=\"promoted\"}") == 1);
      assertThat(bench.host().metrics())
          .contains("gateway_release_verdicts_total{verdict=\"passed\"} 1.0");
    }
  }

  @Test
  void aBadCanaryIsRevertedAndAPersonLiftsTheRevert() throws Exception {
    try (Bench bench = bench()) {
      bench.await("running", 0.1);
      bench.clients(20, 20, 180, 1);
      ReleaseReports.OfRoute reverted = bench.await("reverted", 0);
      assertThat(reverted.reason()).startsWith("20 of 20 canary clients failed, 1 of 180 main");
      assertThat(reverted.step()).isZero();
      JsonObject receipt = new JsonObject(bench.lastVerdict().receipt());
      assertThat(receipt.getString("verdict")).isEqualTo("reverted");
      assertThat(receipt.getDouble("weight")).isEqualTo(0.1);
      assertThat(bench.refusal("next")).isEqualTo(ReleaseCommand.CONFLICT);
      await().until(() -> bench.refusal("revert") == ReleaseCommand.CONFLICT);
      // It is refused until the store has the revert.
      ReleaseReports.OfRoute resumed =
          await().ignoreExceptions().until(() -> bench.command("resume"), Objects::nonNull);
      assertThat(resumed.state()).isEqualTo("running");
      assertThat(resumed.weight()).isEqualTo(0.1);
      assertThat(resumed.counts()).isEmpty();
      assertThat(resumed.receipts())
          .extracting(each -> Receipts.parse(each).verdict())
          .containsExactly("resumed", "reverted");
      assertThat(bench.verdicts()).containsExactly("started", "reverted", "resumed");
    }
  }

  @Test
  void aPersonPausesAndGoesOn() throws Exception {
    try (Bench bench = bench()) {
      bench.await("running", 0.1);
      assertThat(bench.command("pause").state()).isEqualTo("paused");
      good(bench);
      await().until(() -> !bench.report().counts().isEmpty());
      assertThat(bench.report().state()).isEqualTo("paused");
      bench.command("resume");
      bench.await("running", 0.5);
      bench.command("pause");
      bench.clients(100, 100, 100, 0);
      bench.await("reverted", 0);
    }
  }

  @Test
  void aPersonPromotesAndReverts() throws Exception {
    try (Bench bench = bench()) {
      bench.await("running", 0.1);
      assertThat(bench.command("next").weight()).isEqualTo(0.5);
      assertThat(bench.command("promote").state()).isEqualTo("promoted");
      assertThat(bench.command("revert").state()).isEqualTo("reverted");
      assertThat(bench.report().reason()).isEqualTo("canary was reverted by ops");
      await().until(() -> bench.report().receipts().size() == 3);
      assertThat(bench.report().receipts())
          .extracting(Receipts::parse)
          .allMatch(each -> each.by().equals("ops") && ReceiptCheck.of(each).same())
          .extracting(Receipt::verdict)
          .containsExactly("reverted", "promoted", "passed");
      assertThat(bench.refusal("what")).isEqualTo(ReleaseCommand.BAD_REQUEST);
    }
  }

  @Test
  void anUnevenSplitIsHeldUntilAPersonAcceptsIt() throws Exception {
    try (Bench bench = bench()) {
      bench.await("running", 0.1);
      bench.clients(200, 0, 200, 0);
      ReleaseReports.OfRoute held = bench.await("held", 0.1);
      assertThat(held.reason()).contains("the split is not what was asked");
      bench.command("resume");
      bench.await("running", 0.5);
    }
  }

  @Test
  void modeHoldAsksAPersonBeforeTheLastStep() throws Exception {
    try (Bench bench = Bench.with(Bench.release(Bench.config(directory), "mode", "hold"))) {
      bench.await("running", 0.1);
      good(bench);
      bench.await("running", 0.5);
      good(bench);
      assertThat(bench.await("held", 0.5).needs())
          .containsExactly("a person commands next or promote");
      assertThat(bench.command("next").state()).isEqualTo("promoted");
    }
  }

  @Test
  void aReleaseThatObservesRehearses() throws Exception {
    JsonObject config = Bench.release(Bench.config(directory), "mode", "observe");
    try (Bench bench = Bench.with(config)) {
      bench.await("running", 0.1);
      bench.clients(20, 20, 180, 1);
      await().until(() -> bench.report().rehearsals().reverted() == 1);
      assertThat(bench.weight()).isEqualTo(0.1);
      assertThat(bench.lastVerdict().observed()).isTrue();
      assertThat(bench.report().receipts()).hasSize(1);
      assertThat(bench.refusal("promote")).isEqualTo(ReleaseCommand.CONFLICT);
      bench.use(Bench.release(config, "mode", "act"));
      await().until(() -> bench.report().mode().equals("act") && bench.verdicts().size() == 3);
    }
  }

  @Test
  void aNewVersionBeginsAnewAndAnOldOneIsAsItWasLeft() throws Exception {
    JsonObject config = Bench.config(directory);
    try (Bench bench = Bench.with(config.copy())) {
      bench.await("running", 0.1);
      bench.command("promote");
      bench.await("promoted", 1);
      bench.use(Bench.release(config, "version", ""));
      await().until(() -> bench.weight() == -1);
      assertThat(bench.host().metrics()).doesNotContain("gateway_release_step");
      bench.use(config);
      bench.await("promoted", 1);
      bench.use(Bench.release(config, "version", "v3"));
      ReleaseReports.OfRoute next = bench.await("running", 0.1);
      assertThat(next.version()).isEqualTo("v3");
      assertThat(next.counts()).isEmpty();
    }
  }

  @Test
  void editedStepsKeepTheWeight() throws Exception {
    JsonObject config = Bench.config(directory);
    try (Bench bench = Bench.with(config.copy())) {
      bench.await("running", 0.1);
      bench.command("next");
      bench.await("running", 0.5);
      bench.use(
          Bench.release(config, "steps", new JsonArray().add(Bench.step(0.2)).add(0.7).add(1)));
      ReleaseReports.OfRoute edited = bench.await("running", 0.5);
      assertThat(edited.step()).isEqualTo(1);
      assertThat(bench.command("next").weight()).isEqualTo(0.7);
    }
  }

  @Test
  void nothingPassesWhileCanaryIsDisabled() throws Exception {
    JsonObject config = Bench.config(directory).put("canary-enabled", false);
    try (Bench bench = Bench.with(config)) {
      bench.await("running", 0.1);
      good(bench);
      await().until(() -> !bench.report().counts().isEmpty());
      assertThat(bench.report().weight()).isEqualTo(0.1);
      assertThat(bench.report().reason()).contains("canary-enabled is false");
      await().until(() -> bench.health().detail().contains("canary-enabled is false"));
      assertThat(bench.health().status()).isEqualTo(Status.UP);
    }
  }

  @Test
  void nothingPassesWhileTheBreakerLetsNothingToCanary() throws Exception {
    try (Bench bench = bench()) {
      bench.await("running", 0.1);
      bench.canaryOpen(false);
      good(bench);
      await().until(() -> !bench.report().counts().isEmpty());
      await().until(() -> bench.health().detail().contains("circuit breaker"));
      assertThat(bench.report().weight()).isEqualTo(0.1);
      assertThat(bench.report().reason()).contains("the circuit breaker lets nothing to canary");
      bench.canaryOpen(true);
      bench.await("running", 0.5);
    }
  }

  @Test
  void anObservedReleaseWithoutASplitSendsNobodyToCanary() throws Exception {
    JsonObject config =
        Bench.release(
            Bench.release(Bench.config(directory), "steps", new JsonArray().add(1)),
            "mode",
            "observe");
    config.remove("rollout");
    try (Bench bench = Bench.with(config)) {
      await().until(() -> bench.report().state().equals("running"));
      assertThat(bench.report().weightInForce()).isZero();
    }
  }

  @Test
  void nothingPassesWhileAHigherLayerSetsTheShare() throws Exception {
    try (Bench bench = bench()) {
      bench.await("running", 0.1);
      bench.override(0.25);
      await().until(() -> bench.report().weightInForce() == 0.25);
      good(bench);
      await().until(() -> !bench.report().counts().isEmpty());
      assertThat(bench.report().counts().get(0).weight()).isEqualTo(0.25);
      await().until(() -> bench.health().detail().contains("rollout.canary is 25 %"));
      assertThat(bench.report().weight()).isEqualTo(0.1);
    }
  }
}
