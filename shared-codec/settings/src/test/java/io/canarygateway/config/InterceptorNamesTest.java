package io.canarygateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;

/** The names of interceptors are those of factories on the class path. */
class InterceptorNamesTest {

  private static final String TARGETS =
      "\"main-target\": \"http://m\", \"canary-target\": \"http://c\"";

  private static String faults(String settings) {
    return catchThrowableOfType(
            ConfigException.class, () -> GatewayConfig.of(ConfigReader.read(settings)))
        .problems()
        .toString();
  }

  @Test
  void aNameThatNoFactoryHasIsTold() {
    assertThat(faults("{%s, \"interceptors\": [\"body\", \"boddy\"]}".formatted(TARGETS)))
        .isEqualTo(
            "[interceptors: \"boddy\" (expected the name of an interceptor on the class path:"
                + " body)]");
  }

  @Test
  void theKeyOfTheRouteIsTold() {
    assertThat(
            faults(
                "{\"routes\": {\"shop\": {\"match\": {}, %s, \"interceptors\": \"x\"}}}"
                    .formatted(TARGETS)))
        .startsWith("[routes.shop.interceptors: \"x\" (expected");
  }

  @Test
  void settingsAreCheckedByTheFactory() throws Exception {
    FlagValues good = ConfigReader.read("{%s, \"extensions\": {\"body\": {}}}".formatted(TARGETS));
    assertThatCode(() -> Extensions.check(good)).doesNotThrowAnyException();
    FlagValues bad =
        ConfigReader.read(
            "{%s, \"extensions\": {\"body\": {\"secret\": 1}, \"x\": {}}}".formatted(TARGETS));
    ConfigException faults =
        catchThrowableOfType(ConfigException.class, () -> Extensions.check(bad));
    assertThat(faults.problems().toString())
        .isEqualTo(
            "[extensions.body: an object (expected an empty object), extensions.x: an object"
                + " (expected the name of an extension on the class path: body)]");
  }

  @Test
  void aFactoryWithoutSettingsGetsAnEmptyObject() throws Exception {
    FlagValues values = ConfigReader.read("{%s}".formatted(TARGETS));
    Extensions.Configured<?> body =
        Extensions.interceptors(ExtensionsConfig.of(values)).get("body");
    assertThat(body.settings()).isEqualTo("{}");
  }
}
