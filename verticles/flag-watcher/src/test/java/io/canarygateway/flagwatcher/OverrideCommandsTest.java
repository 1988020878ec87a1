package io.canarygateway.flagwatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.canarygateway.message.Addresses;
import io.canarygateway.message.Journal;
import io.canarygateway.message.JournalEntry;
import io.canarygateway.message.OverrideCommand;
import io.canarygateway.message.OverrideResult;
import io.canarygateway.message.ReleaseVerdict;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Overrides by the event bus, as the API sends them, and the journal. */
class OverrideCommandsTest {

  private static final String BY = "token 127.0.0.1";

  private WatcherFixture gateway;

  @BeforeEach
  void start() throws Exception {
    JsonObject secret = new JsonObject().put("type", "string").put("secret", true);
    gateway =
        WatcherFixture.start(
            new JsonObject()
                .put("main-target", "http://127.0.0.1:1")
                .put("canary-target", "http://127.0.0.1:2")
                .put("strategy", "canary")
                .put(
                    "flags",
                    new JsonObject().put("declare", new JsonObject().put("password", secret))));
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private OverrideResult set(String flag, String json) {
    return gateway.ask(
        Addresses.FLAG_OVERRIDE, new OverrideCommand(flag, Optional.ofNullable(json), BY));
  }

  private List<JournalEntry> journal() {
    return gateway.<Journal>ask(Addresses.JOURNAL_GET, "").entries();
  }

  @Test
  void anOverrideHoldsUntilItIsTakenBack() {
    assertThat(set("strategy", "\"main\""))
        .isEqualTo(new OverrideResult("strategy", "main", "override", 2));
    assertThat(gateway.target()).isEqualTo("main");
    assertThat(set("strategy", null))
        .isEqualTo(new OverrideResult("strategy", "canary", "conf", 3));
    assertThat(set("strategy", null).revision()).as("nothing to take back").isEqualTo(3);
    assertThat(journal())
        .extracting(JournalEntry::old, JournalEntry::now, JournalEntry::revision)
        .containsExactly(tuple("main", "canary", 3L), tuple("canary", "main", 2L));
    assertThat(journal())
        .allSatisfy(
            entry -> {
              assertThat(entry.flag()).isEqualTo("strategy");
              assertThat(entry.source()).isEqualTo("override");
              assertThat(entry.origin()).isEqualTo("api");
              assertThat(entry.by()).isEqualTo(BY);
              assertThat(entry.atMillis()).isPositive();
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "canary-enabled | false | false",
        "canary-enabled | \"false\" | false",
        "circuit-breaker.error-limit-canary | 15 | 15",
        "circuit-breaker.error-limit-canary | \"15\" | 15",
        "circuit-breaker.error-statuses | [\"5xx\", \"429\"] | [5xx 429]",
        "circuit-breaker.error-statuses | \"5xx,429\" | [5xx 429]",
        "rollout.canary | 0.05 | 0.05"
      })
  void aValueHasTheFlagsFormOrIsItsText(String flag, String json, String shown) {
    assertThat(set(flag, json).value()).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "strategy | \"sideways\" | 400 | strategy: ",
        "strategy | \"sidecar\" | 400 | strategy is sidecar",
        "strategy | 1 | 400 | strategy: ",
        "strategy | null | 400 | strategy: ",
        "canary-enabled | 0 | 400 | canary-enabled: ",
        "rollout.canary | 1.2 | 400 | rollout.canary: ",
        "strategies | 1 | 404 | no flag of this name",
        "router-server.port | 1 | 409 | static, so it needs a restart"
      })
  void whatIsRefusedChangesNothing(String flag, String json, int code, String reason) {
    Throwable refused = catchThrowable(() -> set(flag, json));
    Throwable cause = refused instanceof ReplyException ? refused : refused.getCause();
    assertThat(cause).isInstanceOf(ReplyException.class).hasMessageContaining(reason);
    assertThat(((ReplyException) cause).failureCode()).isEqualTo(code);
    assertThat(journal()).isEmpty();
    assertThat(gateway.revision()).isEqualTo(1);
  }

  @Test
  void aSecretIsShownNowhere() {
    assertThat(set("password", "\"do not tell\"").value()).isEqualTo("***");
    assertThat(journal()).hasSize(1);
    assertThat(journal().toString()).doesNotContain("do not tell");
    assertThatThrownBy(() -> set("password", "[\"do not tell\"]"))
        .hasMessageNotContaining("do not tell");
    assertThat(gateway.report().toString()).doesNotContain("do not tell");
  }

  @Test
  void verdictsAboutReleasesAreInTheJournal() {
    gateway.publish(
        Addresses.CLUSTER_RELEASE_VERDICTS,
        new ReleaseVerdict("", "v2", "reverted", false, "n1", "ops", 7, "{}"));
    await()
        .untilAsserted(
            () ->
                assertThat(journal())
                    .containsExactly(
                        new JournalEntry(
                            7,
                            "release.version",
                            "",
                            "v2 reverted",
                            "release",
                            "n1",
                            1,
                            "ops",
                            "")));
  }
}
