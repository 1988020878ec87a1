package io.canarygateway.flagwatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.Await;
import io.canarygateway.fixtures.JournalLines;
import io.canarygateway.fixtures.VerticleHost;
import io.canarygateway.message.Addresses;
import io.canarygateway.message.ReleaseWeights;
import io.canarygateway.snapshot.ConfigSnapshot;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shares of releases from the event bus, with edits of the configuration file. */
class ReleaseFeedTest {

  private static final String COVERED = "flag set, but a higher layer covers it";

  @TempDir Path directory;

  private static ReleaseWeights weights(String version, double weight) {
    return new ReleaseWeights(
        List.of(new ReleaseWeights.OfRoute("", version, weight, false, version + ", a step")));
  }

  private static JsonObject config(String version, double canary) {
    return new JsonObject()
        .put("main-target", "http://127.0.0.1:1")
        .put("canary-target", "http://127.0.0.1:2")
        .put("rollout", new JsonObject().put("canary", canary))
        .put("release", new JsonObject().put("version", version));
  }

  private Path write(JsonObject config) throws Exception {
    Path next = Files.writeString(directory.resolve("next"), config.encode());
    return Files.move(next, directory.resolve("conf.json"), StandardCopyOption.ATOMIC_MOVE);
  }

  private static void awaitShare(WatcherFixture gateway, double share) {
    await().until(() -> gateway.config().rollout().canary() == share);
  }

  private static String version(ConfigSnapshot snapshot) {
    return snapshot.config().routes().byDefault().orElseThrow().release().version();
  }

  @Test
  void noSnapshotHasAVersionWithTheShareOfAnother() throws Exception {
    JsonObject first = config("v1", 0.9);
    try (WatcherFixture gateway = WatcherFixture.start(first, write(first))) {
      assertThat(gateway.config().rollout().canary()).as("the first snapshot").isZero();
      assertThat(gateway.revision()).isEqualTo(1);
      gateway.publish(Addresses.RELEASE_WEIGHTS, weights("v1", 1));
      awaitShare(gateway, 1);
      write(config("v2", 0.9));
      await()
          .until(
              () -> version(gateway.published().get(gateway.published().size() - 1)), "v2"::equals);
      gateway.publish(Addresses.RELEASE_WEIGHTS, weights("v1", 1));
      gateway.publish(Addresses.RELEASE_WEIGHTS, weights("v2", 0.1));
      awaitShare(gateway, 0.1);
      gateway.publish(Addresses.RELEASE_WEIGHTS, ReleaseWeights.NONE);
      awaitShare(gateway, 0);
      write(config("", 0.9));
      awaitShare(gateway, 0.9);
      assertThat(gateway.published())
          .extracting(one -> version(one) + " " + one.config().rollout().canary())
          .containsExactly("v1 1.0", "v2 0.0", "v2 0.1", "v2 0.0", " 0.9");
    }
  }

  @Test
  void onlyAShareThatIsSetWhileAReleaseRunsIsReportedAsCovered() throws Exception {
    JsonObject first = config("v1", 0.9);
    try (JournalLines lines = new JournalLines();
        WatcherFixture gateway = WatcherFixture.start(first, write(first))) {
      gateway.publish(Addresses.RELEASE_WEIGHTS, weights("v1", 0.5));
      awaitShare(gateway, 0.5);
      assertThat(lines.of("rollout.canary").get(1))
          .containsEntry("message", "flag changed")
          .containsEntry("source", "release")
          .containsEntry("origin", "v1, a step");
      write(config("v2", 0.8));
      awaitShare(gateway, 0);
      assertThat(lines.saying(COVERED)).isEmpty();
      write(config("v2", 0.7));
      await().until(() -> lines.saying(COVERED).size() == 1);
      assertThat(lines.saying(COVERED).get(0))
          .containsEntry("wanted", "0.7")
          .containsEntry("in_force", "0")
          .containsEntry("covered_by", "release");
    }
  }

  @Test
  void sharesThatWereDecidedBeforeAreAskedForOnceAndNeverReplaceNewerOnes() {
    List<ReleaseWeights> taken = new CopyOnWriteArrayList<>();
    try (VerticleHost host = VerticleHost.withoutSettings()) {
      host.bus()
          .localConsumer(
              Addresses.RELEASE_WEIGHTS_GET, message -> message.reply(weights("v1", 0.1)));
      Await.result(new ReleaseFeed(host.vertx(), taken::add).start());
      await().until(() -> taken.equals(List.of(weights("v1", 0.1))));
      host.bus().publish(Addresses.RELEASE_WEIGHTS, weights("v1", 0.2), Addresses.WITHIN_PROCESS);
      await().until(() -> taken.equals(List.of(weights("v1", 0.1), weights("v1", 0.2))));
    }
  }

  @Test
  void anAnswerThatComesAfterANewerMessageIsDropped() {
    List<ReleaseWeights> taken = new CopyOnWriteArrayList<>();
    AtomicReference<Message<Object>> question = new AtomicReference<>();
    try (VerticleHost host = VerticleHost.withoutSettings()) {
      host.bus().localConsumer(Addresses.RELEASE_WEIGHTS_GET, question::set);
      Await.result(new ReleaseFeed(host.vertx(), taken::add).start());
      await().until(() -> question.get() != null);
      host.bus().publish(Addresses.RELEASE_WEIGHTS, weights("v1", 0), Addresses.WITHIN_PROCESS);
      await().until(() -> taken.equals(List.of(weights("v1", 0))));
      question.get().reply(weights("v1", 0.1));
      host.bus().publish(Addresses.RELEASE_WEIGHTS, weights("v1", 0.3), Addresses.WITHIN_PROCESS);
      await().until(() -> taken.contains(weights("v1", 0.3)));
      assertThat(taken).doesNotContain(weights("v1", 0.1));
    }
  }
}
