package io.canarygateway.config;

import static io.canarygateway.config.RouteConfigTest.TARGETS;
import static io.canarygateway.config.RouteConfigTest.routes;
import static io.canarygateway.config.RouteConfigTest.shop;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.canarygateway.config.RateLimitConfig.By;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateLimitConfigTest {

  private static final RateLimitConfig TEN =
      new RateLimitConfig(10, Duration.ofSeconds(1), By.CLIENT, "");

  @Test
  void withoutTheKeyThereIsNoLimit() throws ConfigException {
    assertThat(shop("", "").rateLimit()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"requests\": 10}|10|1000|CLIENT|``",
        "{\"requests\": \"10\", \"per\": 2, \"by\": \"client\"}|10|2000|CLIENT|``",
        "{\"requests\": 1000000000, \"per\": \"1ms\", \"by\": \"route\"}|1000000000|1|ROUTE|``",
        "{\"requests\": 1, \"per\": \"24h\", \"by\": \"header:X-Api-Key\"}"
            + "|1|86400000|HEADER|x-api-key",
      })
  void aLimitIsRead(String json, long requests, long millis, By by, String header)
      throws ConfigException {
    assertThat(shop("\"rate-limit\": " + json, "").rateLimit())
        .contains(new RateLimitConfig(requests, Duration.ofMillis(millis), by, header));
  }

  @Test
  void aRouteInheritsTheLimitOfTheTopLevelUnlessItHasItsOwn() throws ConfigException {
    String top = ", \"rate-limit\": {\"requests\": 10}";
    assertThat(shop("", top).rateLimit()).contains(TEN);
    assertThat(shop("\"rate-limit\": {\"requests\": 20}", top).rateLimit())
        .map(RateLimitConfig::requests)
        .contains(20L);
    assertThat(routes("{" + TARGETS + top + "}").byDefault().orElseThrow().rateLimit())
        .contains(TEN);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|requests: nothing (expected a whole number, 1 to 1000000000)",
        "{\"requests\": 0}|requests: 0 (expected a whole number, 1 to 1000000000)",
        "{\"requests\": 1000000001}|requests: 1000000001",
        "{\"requests\": 1.5}|requests: 1.5",
        "{\"requests\": 1, \"per\": \"999us\"}|per: \"999us\" (expected seconds or a duration",
        "{\"requests\": 1, \"per\": \"24h1s\"}|per: \"24h1s\"",
        "{\"requests\": 1, \"per\": \"soon\"}|per: \"soon\"",
        "{\"requests\": 1, \"by\": \"ip\"}|by: \"ip\" (expected client, route or header:NAME",
        "{\"requests\": 1, \"by\": \"header:\"}|by: \"header:\"",
        "{\"requests\": 1, \"by\": \"header:a b\"}|by: \"header:a b\"",
        "{\"requests\": 1, \"by\": \"Header:A\"}|by: \"Header:A\"",
        "{\"requests\": 1, \"burst\": 5}|burst: 5 (expected a known key; the nearest is ",
        "[1]|rate-limit: ",
      })
  void aFaultNamesKeyValueAndWhatWasExpected(String json, String message) {
    assertThatThrownBy(() -> routes("{%s, \"rate-limit\": %s}".formatted(TARGETS, json)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("rate-limit")
        .hasMessageContaining(message);
  }
}
