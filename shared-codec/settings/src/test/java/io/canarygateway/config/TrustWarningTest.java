package io.canarygateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrustWarningTest {

  private static Optional<String> of(String keys) throws ConfigException {
    return TrustWarning.of(
        ConfigReader.read(
            "{\"main-target\": \"http://m\", \"canary-target\": \"http://c\"" + keys + "}"));
  }

  private static Optional<String> onHost(String host) throws ConfigException {
    return of(", \"router-server\": {\"host\": \"" + host + "\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "10.0.0.1", "2001:db8::1", "gateway.example"})
  void aListenerForOthersIsWarnedOf(String host) throws ConfigException {
    assertThat(onHost(host))
        .get()
        .asString()
        .startsWith("trusted-proxies is not set, and router-server.host is " + host + ":")
        .contains("[]");
  }

  @Test
  void anEmptyHostIsEveryAddress() throws ConfigException {
    assertThat(onHost("")).get().asString().contains("router-server.host is 0.0.0.0:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.9.9.9", "::1", "localhost"})
  void aListenerOnLoopbackIsNot(String host) throws ConfigException {
    assertThat(onHost(host)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ", \"router-server\": {\"host\": \"0.0.0.0\"}, \"trusted-proxies\": []",
        ", \"router-server\": {\"host\": \"0.0.0.0\"}, \"trusted-proxies\": [\"10.0.0.0/8\"]",
        ", \"router-server\": {\"host\": \"0.0.0.0\"}, \"verticles\": [\"metrics\"]"
      })
  void otherSettingsAreNot(String keys) throws ConfigException {
    assertThat(of(keys)).isEmpty();
  }
}
