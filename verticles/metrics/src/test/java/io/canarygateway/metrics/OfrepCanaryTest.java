package io.canarygateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.message.Addresses;
import io.canarygateway.message.BreakerTrips;
import io.canarygateway.message.ReleaseReports;
import io.canarygateway.message.ReleaseWeights;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The flags {@code canary} and {@code canary.ROUTE} by OFREP. */
class OfrepCanaryTest {

  private OfrepFixture ofrep;

  private static JsonObject settings(String top) {
    return new JsonObject(top)
        .put(
            "routes",
            new JsonObject(
                """
                {"shop": {"match": {"path": {"prefix": "/shop"}},
                   "main-target": "http://127.0.0.1:1", "canary-target": "http://127.0.0.1:1",
                   "rollout": {"canary": 0.25}},
                 "old": {"match": {"path": {"prefix": "/old"}}, "redirect": {"path": "/new"}}}
                """));
  }

  @BeforeEach
  void start() throws Exception {
    ofrep = new OfrepFixture(settings("{\"rollout\": {\"canary\": 0.5}}"));
  }

  @AfterEach
  void stop() {
    ofrep.close();
  }

  private void use(String top) throws Exception {
    ofrep.api.host.use(ApiFixture.config(settings(top)));
  }

  private static JsonObject flag(String key, boolean canary, String reason) {
    return new JsonObject()
        .put("key", key)
        .put("value", canary)
        .put("reason", reason)
        .put("variant", canary ? "canary" : "main");
  }

  private void awaitFlag(String key, boolean canary, String reason) {
    await()
        .untilAsserted(
            () -> assertThat(ofrep.of(key, "anna")).isEqualTo(flag(key, canary, reason)));
  }

  @Test
  void clientsAreSplitByTheirKey() throws Exception {
    List<Boolean> canary =
        IntStream.range(0, 200)
            .mapToObj(
                i -> {
                  try {
                    JsonObject answer = ofrep.of("canary", "user-" + i);
                    assertThat(answer)
                        .isEqualTo(flag("canary", answer.getBoolean("value"), "SPLIT"));
                    return answer.getBoolean("value");
                  } catch (Exception e) {
                    throw new AssertionError(e);
                  }
                })
            .toList();
    assertThat(canary.stream().filter(each -> each).count()).isBetween(60L, 140L);
    assertThat(ofrep.of("canary.shop", "user-1").getString("reason")).isEqualTo("SPLIT");
    assertThat(OfrepFixture.flags(ofrep.bulk("{\"targetingKey\": \"a\"}")))
        .as("a route that only redirects has no flag")
        .containsOnlyKeys("canary", "canary.shop");
  }

  /** As of a header: the proxy does not see them. */
  @Test
  void blanksAroundAKeyDoNotCount() throws Exception {
    for (int i = 0; i < 50; i++) {
      JsonObject plain = ofrep.of("canary", "user-" + i);
      assertThat(ofrep.of("canary", " \t user-" + i + "\t ")).isEqualTo(plain);
    }
    assertThat(ofrep.of("canary", " \t").getString("errorCode")).isEqualTo("TARGETING_KEY_MISSING");
  }

  @ParameterizedTest
  @CsvSource({"{}", "{\"targetingKey\": \"\"}", "{\"targetingKey\": null}"})
  void aSplitNeedsAKey(String context) throws Exception {
    JsonObject one = ofrep.one("canary", context);
    assertThat(one.getString("errorCode")).isEqualTo("TARGETING_KEY_MISSING");
    assertThat(OfrepFixture.flags(ofrep.bulk(context)).get("canary")).isEqualTo(one);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"rollout\": {\"canary\": 0}}|false|STATIC",
        "{\"rollout\": {\"canary\": 1}}|true|STATIC",
        "{\"strategy\": \"main\", \"rollout\": {\"canary\": 0.5}}|false|STATIC",
        "{\"strategy\": \"canary\"}|true|STATIC",
        "{\"sidecar-url\": \"http://127.0.0.1:1\", \"rollout\": {\"canary\": 1}}|true|STATIC",
        "{\"canary-enabled\": false, \"rollout\": {\"canary\": 0.5}}|false|DISABLED",
        "{\"canary-enabled\": false, \"strategy\": \"canary\"}|false|DISABLED"
      })
  void whatConcernsEveryClientNeedsNone(String settings, boolean canary, String reason)
      throws Exception {
    use(settings);
    awaitFlag("canary", canary, reason);
    assertThat(ofrep.one("canary", "{}")).isEqualTo(flag("canary", canary, reason));
  }

  @Test
  void anOpenCircuitBreakerDisablesTheFlagOfItsRouteUntilItCloses() throws Exception {
    use("{\"strategy\": \"canary\"}");
    awaitFlag("canary", true, "STATIC");
    for (BreakerTrips trips :
        List.of(new BreakerTrips(Set.of(""), Set.of()), new BreakerTrips(Set.of(), Set.of("")))) {
      ofrep.api.host.bus().publish(Addresses.BREAKER, trips, Addresses.WITHIN_PROCESS);
      awaitFlag("canary", false, "DISABLED");
      assertThat(ofrep.of("canary.shop", "anna")).isEqualTo(flag("canary.shop", true, "STATIC"));
      ofrep.api.host.bus().publish(Addresses.BREAKER, BreakerTrips.NONE, Addresses.WITHIN_PROCESS);
      awaitFlag("canary", true, "STATIC");
    }
  }

  @Test
  void aRevertedReleaseDisablesTheFlagUnlessAHigherLayerSendsClientsToCanary() throws Exception {
    ofrep.api.report(reverted("", "act"), reverted("shop", "act"));
    use("{\"rollout\": {\"canary\": 0}, \"release\": {\"version\": \"v2\"}}");
    awaitFlag("canary", false, "DISABLED");
    assertThat(ofrep.of("canary.shop", "anna").getString("reason")).isEqualTo("SPLIT");
    use("{\"rollout\": {\"canary\": 1}, \"release\": {\"version\": \"v2\"}}");
    awaitFlag("canary", true, "STATIC");
  }

  @Test
  void aReleaseThatOnlyObservesDisablesNothing() throws Exception {
    ofrep.api.report(reverted("", "observe"));
    use(
        "{\"rollout\": {\"canary\": 0}, \"release\": {\"version\": \"v2\", \"mode\": \"observe\"}}");
    ofrep
        .api
        .host
        .bus()
        .publish(Addresses.RELEASE_WEIGHTS, ReleaseWeights.NONE, Addresses.WITHIN_PROCESS);
    awaitFlag("canary", false, "STATIC");
  }

  private static ReleaseReports.OfRoute reverted(String route, String mode) {
    ReleaseReports.OfRoute of = ApiFixture.release(route);
    return new ReleaseReports.OfRoute(
        route,
        of.version(),
        mode,
        "reverted",
        of.reason(),
        0,
        of.steps(),
        0,
        0,
        of.startedMillis(),
        of.stepSinceMillis(),
        of.counts(),
        of.evidence(),
        of.needs(),
        of.receipts(),
        of.rehearsals());
  }
}
