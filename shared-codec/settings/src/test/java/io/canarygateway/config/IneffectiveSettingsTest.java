package io.canarygateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IneffectiveSettingsTest {

  private static final String TARGETS =
      "{\"main-target\": \"http://m\", \"canary-target\": \"http://c\"";

  private static List<String> of(String keys, boolean clustered) throws ConfigException {
    String json = TARGETS + (keys.isEmpty() ? "" : ", " + keys) + "}";
    return IneffectiveSettings.of(ConfigReader.read(json), clustered).stream()
        .map(IneffectiveSettings.Ineffective::toString)
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"sidecar-url\": \"http://s\", \"rollout\": {\"canary\": 0.1}"
            + "|rollout.canary|sidecar-url is set, so the sidecar decides",
        "\"sidecar-address\": \"a\", \"rollout\": {\"key-header\": \"K\"}"
            + "|rollout.key-header|sidecar-address is set, so the sidecar decides",
        "\"strategy\": \"main\", \"daemon\": {}, \"rollout\": {\"canary\": 0.1}"
            + "|rollout.canary|strategy is main",
        "\"strategy\": \"canary\", \"dynamodb\": {}|dynamodb|strategy is canary",
        "\"rollout\": {\"canary\": 0.1, \"maintenance\": 1}"
            + "|rollout.maintenance|the section daemon is missing",
        "\"strategy\": \"main\", \"sidecar-url\": \"http://s\", \"sidecar-max-body\": 5"
            + "|sidecar-url|strategy is main",
        "\"canary-sidecar-status\": 201|canary-sidecar-status|there is no sidecar-url",
        "\"proxy-client\": {\"to-sidecar\": {\"timeout\": 1, \"max-conns\": 5}}"
            + "|proxy-client.to-sidecar|there is no sidecar-url",
        "\"sidecar-url\": \"http://s\", \"sidecar-body\": \"none\", \"sidecar-max-body\": 5"
            + "|sidecar-max-body|sidecar-body is none",
        "\"circuit-breaker\": {\"request-limit-canary\": 5}|circuit-breaker.request-limit-canary"
            + "|no strategy is set, so only X-Canary sends requests to canary, which no limit"
            + " holds back",
        "\"strategy\": \"canary\", \"circuit-breaker\": {\"request-limit-canary\": 5,"
            + " \"error-statuses\": [\"5xx\"]}|circuit-breaker.error-statuses"
            + "|circuit-breaker.error-limit-canary is not set",
        "\"circuit-breaker\": {\"window\": \"1m\"}|circuit-breaker.window"
            + "|no limit of circuit-breaker is set",
        "\"x-canary\": \"trusted\"|x-canary"
            + "|trusted means no client, since trusted-proxies is not set",
        "\"x-canary\": \"off\", \"canary-header-host\": \"h\"|canary-header-host"
            + "|no request can reach canary",
        "\"proxy-client\": {\"to-main-and-canary\": {\"tls\": {\"insecure-skip-verify\": true}}}"
            + "|proxy-client.to-main-and-canary.tls.insecure-skip-verify|no target is https",
        "\"proxy-client\": {\"to-main-and-canary\": {\"http2\": \"auto\"}}"
            + "|proxy-client.to-main-and-canary.http2|no target is https",
        "\"daemon.keep-alive\": true|daemon.keep-alive|daemon.socket is not set",
        "\"dynamodb.region\": \"eu-west-1\"|dynamodb.region|dynamodb.table is not set",
        "\"etcd.user\": \"u\"|etcd.user|etcd.endpoints is not set",
        "\"tracing\": {\"sample\": 0.1}|tracing|tracing.otlp-endpoint is not set",
        "\"health-check\": {\"every\": 1}|health-check|health-check.path is not set",
        "\"demo\": {\"main-port\": 1}|demo|demo.enabled is false",
        "\"demo\": {\"canary-failure-rate\": 0.5}|demo|demo.enabled is false",
        "\"strategy\": \"canary\", \"release\": {\"version\": \"v2\"}"
            + "|release.version|strategy is canary",
        "\"sidecar-url\": \"http://s\", \"release\": {\"version\": \"v2\"}"
            + "|release.version|sidecar-url is set, so the sidecar decides",
        "\"redirect\": {\"scheme\": \"https\"}, \"release\": {\"version\": \"v2\"}"
            + "|release.version|the route redirects every request",
        "\"redirect\": {\"scheme\": \"https\"}, \"rate-limit\": {\"requests\": 5}"
            + "|rate-limit|the route redirects every request",
        "\"routes\": {\"old\": {\"match\": {}, \"redirect\": {\"port\": 1},"
            + " \"rate-limit\": {\"requests\": 5}}}"
            + "|routes.old.rate-limit|the route redirects every request",
        "\"cluster\": {\"port\": 5702}|cluster|cluster.enabled is false",
        "\"flags\": {\"strict\": true}|flags.strict|no source is set besides this configuration",
        "\"log\": {\"debug-request-body\": true}|log.debug-request-body|log.level is info",
        "\"statsd\": {}|statsd|only a daemon and dynamodb have metrics for it",
        "\"daemon\": {}, \"verticles\": [\"proxy\", \"flag-watcher\"]"
            + "|daemon|verticles does not name it",
      })
  void isReportedWithTheSettingThatIsInTheWay(String keys, String key, String reason)
      throws Exception {
    assertThat(of(keys, false)).containsExactly(key + " has no effect: " + reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``",
        "\"rollout\": {\"canary\": 0.1, \"sticky\": {\"header\": \"h\"}}",
        "\"sidecar-url\": \"http://s\", \"rollout\": {\"canary\": 0.1}, \"daemon\": {}",
        "\"sidecar-url\": \"http://s\", \"circuit-breaker\": {\"error-limit-canary\": 5,"
            + " \"window\": \"1m\", \"error-statuses\": [\"5xx\"]}",
        "\"dynamodb\": {}, \"statsd\": {}",
        "\"daemon\": {}, \"statsd\": {}, \"rollout\": {\"maintenance\": 1}",
        "\"sidecar-url\": \"\", \"main-sidecar-status\": 204, \"log\": {\"level\": \"info\","
            + " \"debug-request-body\": false}, \"cluster\": {\"enabled\": false}",
        "\"x-canary\": \"trusted\", \"trusted-proxies\": [\"10.0.0.0/8\"]",
        "\"dynamodb\": {}, \"daemon.application\": \"a\"",
        "\"release\": {\"version\": \"v2\"}",
        "\"strategy\": \"main\", \"release\": {\"mode\": \"hold\", \"steps\": [0.5]}",
      })
  void settingsThatCountAreNotReported(String keys) throws Exception {
    assertThat(of(keys, false)).isEmpty();
  }

  @Test
  void aWindowAndAGenerationCountInAClusterToo() throws Exception {
    assertThat(
            of(
                "\"cluster\": {\"enabled\": true}, \"strategy\": \"canary\","
                    + " \"circuit-breaker\": {\"request-limit-canary\": 5, \"window\": \"1m\","
                    + " \"generation\": \"2\"}",
                true))
        .isEmpty();
  }

  @Test
  void whatARouteInheritsHasAnEffectIfItHasOneThere() throws ConfigException {
    String route =
        "\"routes\": {\"a\": {\"match\": {}, \"main-target\": \"http://m\", "
            + "\"canary-target\": \"http://c\"%s}}";
    String rollout = "\"strategy\": \"main\", \"rollout\": {\"canary\": 0.1}, ";
    assertThat(of(rollout + route.formatted(""), false)).hasSize(1);
    assertThat(of(rollout + route.formatted(", \"strategy\": \"rollout\""), false)).isEmpty();
    assertThat(
            of(
                rollout
                    + route.formatted(
                        ", \"strategy\": \"rollout\", \"rollout\": {\"canary\": 0.2}"),
                false))
        .as("the route has a value of its own")
        .hasSize(1);
  }

  @Test
  void aRateLimitOfTheTopLevelCountsInTheRoutesThatInheritIt() throws ConfigException {
    String top =
        "{\"rate-limit\": {\"requests\": 5}, \"routes\": {\"a\": {\"match\": {}, "
            + "\"main-target\": \"http://m\", \"canary-target\": \"http://c\"%s}}}";
    assertThat(IneffectiveSettings.of(ConfigReader.read(top.formatted("")), false)).isEmpty();
    String own = top.formatted(", \"rate-limit\": {\"requests\": 9}");
    assertThat(IneffectiveSettings.of(ConfigReader.read(own), false))
        .extracting(IneffectiveSettings.Ineffective::toString)
        .containsExactly("rate-limit has no effect: there is no main-target");
  }

  @Test
  void theReleaseOfEachRouteIsLookedAtByItself() throws ConfigException {
    String route =
        "\"strategy\": \"main\", \"routes\": {\"a\": {\"match\": {}, \"main-target\": \"http://m\", "
            + "\"canary-target\": \"http://c\", \"release\": {\"version\": \"v2\"}%s}}";
    assertThat(of(route.formatted(""), false))
        .containsExactly("routes.a.release.version has no effect: strategy is main");
    assertThat(of(route.formatted(", \"strategy\": \"rollout\""), false)).isEmpty();
    assertThat(
            IneffectiveSettings.of(
                ConfigReader.read(
                    "{\"release\": {\"version\": \"v2\"}, \"routes\": {\"a\": {\"match\": {}, "
                        + "\"main-target\": \"http://m\", \"canary-target\": \"http://c\"}}}"),
                false))
        .extracting(IneffectiveSettings.Ineffective::toString)
        .containsExactly(
            "release.version has no effect: there is no main-target and canary-target");
  }
}
