package io.canarygateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TracingConfigTest {

  private static final String TARGETS =
      "\"main-target\": \"http://m\", \"canary-target\": \"http://c\", ";

  private static TracingConfig config(String section) throws ConfigException {
    return GatewayConfig.of(ConfigReader.read("{" + TARGETS + "\"tracing\": {" + section + "}}"))
        .tracing();
  }

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:4318, http://127.0.0.1:4318",
    "https://collector, https://collector",
    "http://collector:4318/, http://collector:4318",
    "http://collector/otlp/, http://collector/otlp"
  })
  void anEndpointIsABaseUrl(String text, String url) throws ConfigException {
    assertThat(config("\"otlp-endpoint\": \"" + text + "\"").endpoint())
        .map(HttpUrl::toString)
        .contains(url);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "collector:4318",
        "ftp://collector",
        "http://",
        "http://user:secret@collector",
        "http://collector?token=x",
        "http://collector?",
        "http://collector#x",
        "http://collector:99999",
        "http://coll ector"
      })
  void anotherEndpointIsAFaultOfItsKey(String text) {
    assertThatThrownBy(() -> config("\"otlp-endpoint\": \"" + text + "\""))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("tracing.otlp-endpoint: ")
        .hasMessageContaining("(expected an http or https URL such as http://127.0.0.1:4318");
  }

  @Test
  void grpcHasNoPath() throws ConfigException {
    assertThatThrownBy(
            () ->
                config("\"otlp-endpoint\": \"http://collector/otlp\", \"otlp-protocol\": \"grpc\""))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("tracing.otlp-endpoint: ")
        .hasMessageContaining("http://collector/otlp")
        .hasMessageContaining(
            "(expected a URL without a path, since tracing.otlp-protocol is grpc");
    assertThat(
            config("\"otlp-endpoint\": \"http://collector:4317/\", \"otlp-protocol\": \"grpc\"")
                .protocol())
        .isEqualTo(OtlpProtocol.GRPC);
  }

  @Test
  void aProtocolIsOneOfTwo() {
    assertThatThrownBy(() -> config("\"otlp-protocol\": \"http/json\""))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("tracing.otlp-protocol: ")
        .hasMessageContaining("(expected one of http/protobuf, grpc)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.01", "-0.1", "10"})
  void aSampleIsAFraction(String sample) {
    assertThatThrownBy(() -> config("\"sample\": " + sample))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("tracing.sample: ")
        .hasMessageContaining("0 to 1; 10 percent is 0.1)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "caf\u00e9", " a", "a "})
  void aServiceNameIsAName(String name) {
    assertThatThrownBy(() -> config("\"service-name\": \"" + name + "\""))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("tracing.service-name: ");
  }
}
