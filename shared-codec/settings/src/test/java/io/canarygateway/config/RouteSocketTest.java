package io.canarygateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The daemon's sockets of routes. */
class RouteSocketTest {

  private static String json(String topLevel, String one, String two) {
    return """
        {"main-target": "http://m", "canary-target": "http://c"%s, "routes": {
          "one": {"match": {"path": {"prefix": "/1"}}, "main-target": "http://m",
            "canary-target": "http://c"%s},
          "two": {"match": {"path": {"prefix": "/2"}}, "main-target": "http://m",
            "canary-target": "http://c"%s}}}
        """
        .formatted(daemon(topLevel), daemon(one), daemon(two));
  }

  private static String daemon(String socket) {
    return socket == null ? "" : ", \"daemon\": {\"socket\": \"" + socket + "\"}";
  }

  private static GatewayConfig config(String json) throws ConfigException {
    return GatewayConfig.of(ConfigReader.read(json));
  }

  @Test
  void aRouteDoesNotInheritTheSocketOfTheTopLevel() throws ConfigException {
    GatewayConfig config = config(json("/run/top.sock", "/run/one.sock", null));
    assertThat(config.daemon().socket()).contains(Path.of("/run/top.sock"));
    assertThat(config.routes().find("one").orElseThrow().daemonSocket())
        .contains(Path.of("/run/one.sock"));
    assertThat(config.routes().find("two").orElseThrow().daemonSocket()).isEmpty();
    assertThat(config.hasDaemon()).isTrue();
  }

  @Test
  void aSocketOfARouteIsADaemon() throws ConfigException {
    assertThat(config(json(null, null, "/run/two.sock")).hasDaemon()).isTrue();
    assertThat(config(json(null, null, null)).hasDaemon()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "/run/a, /run/a, , routes.one.daemon.socket, daemon.socket",
    ", /run/a, /run/a, routes.two.daemon.socket, routes.one.daemon.socket",
    ", /run/a, /run/x/../a, routes.two.daemon.socket, routes.one.daemon.socket",
    "/run/a, , /run//a, routes.two.daemon.socket, daemon.socket"
  })
  void twoRoutesCannotShareASocket(
      String topLevel, String one, String two, String key, String first) {
    assertThatThrownBy(() -> config(json(topLevel, one, two)))
        .isInstanceOf(ConfigException.class)
        .hasMessageMatching(
            "(?s).*" + key + ": \"[^\"]*\" \\(expected a path other than " + first + "\\).*");
  }

  @Test
  void settingsOfTheDaemonCountForTheSocketsOfRoutes() throws ConfigException {
    String more = ", \"statsd\": {}, \"daemon.keep-alive\": true";
    String with = json(null, "/run/one.sock", null).replaceFirst("(?=, \"routes\")", more);
    assertThat(IneffectiveSettings.of(ConfigReader.read(with), false)).isEmpty();
    String without = json(null, null, null).replaceFirst("(?=, \"routes\")", more);
    assertThat(IneffectiveSettings.of(ConfigReader.read(without), false))
        .extracting(IneffectiveSettings.Ineffective::key)
        .containsExactly("daemon.keep-alive", "statsd");
  }

  @ParameterizedTest
  @CsvSource({"..", "."})
  void anApplicationIsNoDirectory(String application) {
    String json =
        json(null, "/run/one.sock", null)
            .replaceFirst("\\{\"match\"", "{\"application\": \"" + application + "\", \"match\"");
    assertThatThrownBy(() -> config(json)).hasMessageContaining("routes.one.application");
  }
}
