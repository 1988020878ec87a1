package io.canarygateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.canarygateway.flags.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigReaderTest {

  private static final String TARGETS =
      "\"main-target\": \"http://m\", \"canary-target\": \"http://c\"";

  @Test
  void tellsAllFaultsAtOnce() {
    assertThat(
            faultsOf(
                """
                {
                  "router-server": {"port": 70000, "prot": "1345"},
                  "main-target": "server-mono.localhost",
                  "circuit-breaker": {"error-limit-canary": -1},
                  "log": {"level": "verbose"},
                  "proxy-client": {"to-sidecar": {"timeout": "soon"}}
                }
                """))
        .containsExactly(
            "router-server.port: 70000 (expected a whole number, 0 to 65535)",
            "router-server.prot: \"1345\" (expected a known key; the nearest is router-server.port)",
            "main-target: \"server-mono.localhost\" (expected " + TargetUrls.EXPECTED + ")",
            "circuit-breaker.error-limit-canary: -1 (expected a whole number of at least 0)",
            "log.level: \"verbose\" (expected one of info, debug)",
            "proxy-client.to-sidecar.timeout: \"soon\" (expected seconds or a duration such as"
                + " 250ms, 0s to 24h0m0s)",
            "canary-target: nothing (expected " + TargetUrls.EXPECTED + ")");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"main-target\": {\"a\": 1}}|main-target: an object",
        "{\"main-target\": [\"http://m\", \"https://m\"]}|main-target: \"http://m,https://m\"",
        "{\"main-target\": 5}|main-target: 5 ",
        "{\"main-target\": \"ftp://m\"}|main-target: \"ftp://m\"",
        "{\"main-target\": \"http://u:p@m\"}|main-target: ",
        "{\"main-target\": \"http://m:0\"}|main-target: ",
        "{\"main-target\": \"http://\"}|main-target: ",
        "{\"circuit-breaker\": 5}|circuit-breaker: 5 (expected an object)",
        "{\"log\": {\"debug-request-body\": \"yes\"}}|log.debug-request-body: \"yes\" (expected true or false)",
        "{\"trusted-proxies\": [\"10.0.0.0/33\"]}|trusted-proxies: \"10.0.0.0/33\" (expected an array",
        "{\"trusted-proxies\": [7]}|trusted-proxies: an array",
        "{\"circuit-breaker\": {\"request-limit-canary\": 1.5}}|circuit-breaker.request-limit-canary: 1.5",
        "{\"circuit-breaker\": {\"request-limit-canary\": 99999999999999999999}}|circuit-breaker.request-limit-canary: 9999",
        "{\"sidecar-url\": \"http://s\", \"main-sidecar-status\": 200}|canary-sidecar-status: 200",
        "{\"router-server\": {\"port\": 8888}}|instrumentation.port: 8888 (expected a port other than router-server.port)",
        "{\"demo\": {\"enabled\": true, \"main-port\": 1345}}|demo.main-port: 1345 (expected a port other than router-server.port)",
        "{\"x-canary\": \"true\"}|x-canary: \"true\" (expected one of all, trusted, off)",
        "{\"circuit-breaker\": {\"error-statuses\": [\"5xx\", \"6xx\"]}}|circuit-breaker.error-statuses: \"5xx,6xx\" (expected an array of strings, each non-2xx, a class such as 5xx",
        "{\"circuit-breaker\": {\"window\": \"-1s\"}}|circuit-breaker.window: \"-1s\" (expected seconds or a duration",
        "{\"router-server\": {\"max-head-bytes\": 1023}}|router-server.max-head-bytes: 1023 (expected a whole number, 1024 to 1048576)",
        "{\"strategy\": \"sidecar\"}|sidecar-url: nothing",
        "{\"a\\nb\": 1}|a\\nb: 1 (expected a known key"
      })
  void namesKeyAndValueFound(String json, String beginning) {
    assertThat(faultsOf(json))
        .anySatisfy(fault -> assertThat(fault).startsWith(beginning).doesNotContain("\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "5",
        "{",
        "{\"a\": }",
        "{} {}",
        "{\"log\": {}, \"log\": {}}",
        "nonsense"
      })
  void refusesWhatIsNoObject(String json) {
    assertThat(faultsOf(json)).first().asString().startsWith("-conf: ");
  }

  @Test
  void refusesDepthWithoutOverflow() {
    String deep = "{\"a\":".repeat(100_000);
    assertThat(faultsOf(deep)).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"router-server\": {\"port\": \"1345\"}",
        "\"router-server\": {\"port\": 1345, \"host\": \"\"}",
        "\"sidecar-url\": \"\"",
        "\"sidecar-url\": null",
        "\"trim-prefix\": \"\"",
        "\"circuit-breaker\": {}",
        "\"proxy-client\": {\"to-sidecar\": {\"timeout\": 0, \"max-idle-conns\": 0}}",
        "\"log\": {\"debug-request-body\": \"true\"}"
      })
  void takesWhatCanaryRouterTakes(String setting) {
    assertThatCode(() -> GatewayConfig.of(ConfigReader.read("{" + TARGETS + "," + setting + "}")))
        .doesNotThrowAnyException();
  }

  @Test
  void aByteOrderMarkIsSkipped() {
    assertThatCode(() -> ConfigReader.read("\uFEFF{" + TARGETS + "}")).doesNotThrowAnyException();
  }

  private static List<String> faultsOf(String json) {
    ConfigException e =
        catchThrowableOfType(
            ConfigException.class, () -> GatewayConfig.of(ConfigReader.read(json)));
    return e.problems().stream().map(Problem::toString).toList();
  }
}
