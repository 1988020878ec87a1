package io.canarygateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a rehearsal changes in a configuration, and what it leaves as it is. */
class RehearsalTest {

  private static final Map.Entry<String, String> STATE_DIR =
      entry("release.state-dir", "/var/lib/canary-gateway/rehearsal");

  /** The flags that a rehearsal changes, with their new values. */
  private static Map<String, String> changes(String json) throws ConfigException {
    FlagValues before = ConfigReader.read(json);
    FlagValues after = Rehearsal.of(before);
    assertThat(after.texts()).containsOnlyKeys(union(before, after));
    Map<String, String> changed = new HashMap<>(after.texts());
    changed.entrySet().removeAll(before.texts().entrySet());
    assertThat(Rehearsal.of(after)).isEqualTo(after);
    return changed;
  }

  private static String[] union(FlagValues before, FlagValues after) {
    Map<String, String> all = new HashMap<>(before.texts());
    all.putAll(after.texts());
    return all.keySet().toArray(String[]::new);
  }

  @Test
  void aReleaseObservesWithMainAsCanaryAtItsFirstStep() throws Exception {
    assertThat(
            changes(
                """
                {"main-target": "http://old:8080", "canary-target": "http://new:8080",
                 "main-header-host": "old.example.org", "canary-header-host": "new.example.org",
                 "release": {"version": "2", "steps": [0.05, 1]}}
                """))
        .containsOnly(
            entry("release.mode", "observe"),
            STATE_DIR,
            entry("canary-target", "http://old:8080"),
            entry("canary-header-host", "old.example.org"),
            entry("rollout.canary", "0.05"));
  }

  @Test
  void aShareThatIsSetStays() throws Exception {
    assertThat(
            changes(
                """
                {"main-target": "http://old", "canary-target": "http://new",
                 "rollout": {"canary": 0.3}, "release": {"version": "2", "mode": "act"}}
                """))
        .containsOnly(
            entry("release.mode", "observe"),
            STATE_DIR,
            entry("canary-target", "http://old"),
            entry("canary-header-host", ""));
  }

  @ParameterizedTest
  @CsvSource({"0, '[0.05, 1]', 0.05", "1, '[0.05, 1]', 0.05", "1, '[1]', 0.5"})
  void aShareWithWhichNothingCanBeComparedIsThatOfTheFirstStep(
      String share, String steps, String rehearsed) throws Exception {
    assertThat(
            changes(
                """
                {"main-target": "http://old", "canary-target": "http://new",
                 "rollout": {"canary": %s}, "release": {"version": "2", "steps": %s}}
                """
                    .formatted(share, steps)))
        .contains(entry("rollout.canary", rehearsed));
  }

  @Test
  void nothingIsSharedWithRealGateways() throws Exception {
    FlagValues values =
        Rehearsal.of(
            ConfigReader.read(
                """
                {"main-target": "http://old", "canary-target": "http://new",
                 "release": {"version": "2", "state-dir": "/tmp/releases"},
                 "etcd": {"endpoints": ["http://127.0.0.1:2379"]},
                 "dynamodb": {"table": "rollouts"}, "cluster": {"enabled": true}}
                """));
    assertThat(values.texts())
        .containsEntry("release.state-dir", "/tmp/releases/rehearsal")
        .allSatisfy((name, text) -> assertThat(name).doesNotContain("etcd", "dynamodb", "cluster"));
  }

  @Test
  void routesWithAReleaseOnly() throws Exception {
    assertThat(
            changes(
                """
                {"main-target": "http://old", "canary-target": "http://new",
                 "canary-header-host": "new.example.org",
                 "routes": {
                   "shop": {"match": {"path": {"prefix": "/shop"}},
                            "main-target": ["http://a:1", "http://b:1"],
                            "canary-target": "http://c:1", "release": {"version": "7"}},
                   "blog": {"match": {"path": {"prefix": "/blog"}},
                            "main-target": "http://x", "canary-target": "http://y"},
                   "ended": {"match": {"path": {"prefix": "/e"}}, "main-target": "http://x",
                             "canary-target": "http://y", "release": {"version": ""}}}}
                """))
        .containsOnly(
            entry("routes.shop.release.mode", "observe"),
            STATE_DIR,
            entry("routes.shop.canary-target", "http://a:1,http://b:1"),
            entry("routes.shop.canary-header-host", ""),
            entry("routes.shop.rollout.canary", "0.01"));
  }

  @Test
  void aConfigurationWithoutAReleaseIsNoRehearsal() throws Exception {
    FlagValues values =
        ConfigReader.read("{\"main-target\": \"http://old\", \"canary-target\": \"http://new\"}");
    assertThat(Rehearsal.of(values)).isEqualTo(values);
    assertThatThrownBy(() -> Rehearsal.check(values)).isInstanceOf(ConfigException.class);
  }
}
