package io.canarygateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class EtcdConfigTest {

  private static EtcdConfig read(String section) throws ConfigException {
    return GatewayConfig.of(
            ConfigReader.read(
                "{\"main-target\": \"http://m\", \"canary-target\": \"http://c\", \"etcd\": {"
                    + section
                    + "}}"))
        .etcd()
        .orElseThrow();
  }

  @Test
  void theSectionAloneTurnsItOn() throws Exception {
    assertThat(read(""))
        .isEqualTo(
            new EtcdConfig(
                List.of(HttpUrl.parse("http://127.0.0.1:2379")),
                "/gateway/flagz/",
                "",
                "",
                "",
                "",
                "",
                ""));
  }

  @Test
  void endpointsMayLackAScheme() throws Exception {
    assertThat(read("\"endpoints\": \"one:2379,two:2379\"").endpoints())
        .containsExactly(HttpUrl.parse("http://one:2379"), HttpUrl.parse("http://two:2379"));
  }

  @Test
  void whatDoesNotFitTogetherIsTold() {
    assertThatThrownBy(() -> read("\"endpoints\": []"))
        .hasMessage("etcd.endpoints: none (expected at least one URL)");
    assertThatThrownBy(() -> read("\"endpoints\": [\"http://a\", \"https://b\"]"))
        .hasMessageContaining("all http or all https");
    assertThatThrownBy(() -> read("\"endpoints\": [\"http://a/path\"]"))
        .hasMessageContaining("without a path");
    assertThatThrownBy(() -> read("\"user\": \"u\""))
        .hasMessage("etcd.password-file: nothing (expected a value, since etcd.user is set)");
    assertThatThrownBy(() -> read("\"tls\": {\"ca-file\": \"/ca\"}"))
        .hasMessageContaining("https etcd.endpoints");
    assertThatThrownBy(
            () -> read("\"endpoints\": [\"https://a\"], \"tls\": {\"key-file\": \"/k\"}"))
        .hasMessageContaining("etcd.tls.cert-file: nothing");
  }
}
