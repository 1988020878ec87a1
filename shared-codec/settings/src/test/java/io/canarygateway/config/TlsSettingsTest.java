package io.canarygateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.canarygateway.flags.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TlsSettingsTest {

  private static final String TARGETS =
      "\"main-target\": \"http://m\", \"canary-target\": \"https://c\"";

  private static String document(String section) {
    return "{" + TARGETS + ", " + section + "}";
  }

  private static List<String> faults(String section) {
    ConfigException faults =
        catchThrowableOfType(
            ConfigException.class, () -> GatewayConfig.of(ConfigReader.read(document(section))));
    return faults.problems().stream().map(Problem::toString).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | router-server.tls: {}",
        "{\"cert-file\": \"/c\"} | router-server.tls: cert-file",
        "{\"key-file\": \"/k\"} | router-server.tls: key-file",
        "{\"keystore\": \"/s\"} | router-server.tls: keystore",
        "{\"cert-file\": \"/c\", \"keystore\": \"/s\"} | router-server.tls: cert-file, keystore",
        "{\"min-version\": \"1.3\"} | router-server.tls: min-version"
      })
  void aSectionNeedsExactlyOnePair(String section, String fault) {
    assertThat(faults("\"router-server\": {\"tls\": " + section + "}"))
        .containsExactly(
            fault + " (expected cert-file and key-file, or keystore and keystore-password-file)");
  }

  @Test
  void clientsAreNotAskedForCertificatesThatNobodyHasSigned() {
    assertThat(
            faults(
                "\"instrumentation\": {\"tls\": {\"cert-file\": \"/c\", \"key-file\": \"/k\","
                    + " \"client-auth\": \"require\"}}"))
        .containsExactly(
            "instrumentation.tls.client-ca-file: nothing (expected a file, since client-auth is"
                + " not none)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"min-version\": \"1.1\" | router-server.tls.min-version: \"1.1\" (expected 1.2 or 1.3)",
        "\"client-auth\": \"yes\" | router-server.tls.client-auth: \"yes\" (expected one of none,"
            + " request, require)"
      })
  void aValueThatIsNotKnownIsRefused(String value, String fault) {
    assertThat(
            faults(
                "\"router-server\": {\"tls\": {\"cert-file\": \"/c\", \"key-file\": \"/k\", "
                    + value
                    + "}}"))
        .containsExactly(fault);
  }

  @Test
  void aPairOfTheListHasToBeWhole() {
    assertThat(
            faults(
                "\"router-server\": {\"tls\": {\"cert-file\": \"/c\", \"key-file\": \"/k\","
                    + " \"certificates\": [{\"cert-file\": \"/c\"}]}}"))
        .singleElement()
        .asString()
        .startsWith("router-server.tls.certificates: ")
        .contains("[0]", "cert-file and key-file, or keystore and keystore-password-file");
  }

  @Test
  void allFilesThatAreMissingAreNamedAtOnce() throws ConfigException {
    FlagValues values =
        ConfigReader.read(
            document(
                "\"router-server\": {\"tls\": {\"cert-file\": \"/none/c\", \"key-file\":"
                    + " \"/none/k\"}}, \"instrumentation\": {\"tls\": {\"keystore\": \"/none/s\","
                    + " \"keystore-password-file\": \"/none/p\"}}"));
    assertThatThrownBy(() -> ServerConfig.checkFiles(values))
        .isInstanceOfSatisfying(
            ConfigException.class,
            e ->
                assertThat(e.problems())
                    .extracting(Problem::toString)
                    .hasSize(4)
                    .contains(
                        "router-server.tls.cert-file: \"/none/c\" (expected a file of at most 1 MB"
                            + " that can be read)"));
  }

  @Test
  void aCertificateForUpstreamsNeedsItsKeyInEachRoute() {
    assertThat(
            faults(
                "\"routes\": {\"a\": {\"match\": {\"path\": {\"prefix\": \"/a\"}},"
                    + " \"main-target\": \"https://m\", \"canary-target\": \"https://c\","
                    + " \"proxy-client.to-main-and-canary.tls.cert-file\": \"/c\"}},"
                    + " \"proxy-client.to-sidecar.tls.key-file\": \"/k\""))
        .containsExactlyInAnyOrder(
            "routes.a.proxy-client.to-main-and-canary.tls.key-file: nothing (expected a file;"
                + " cert-file and key-file belong together)",
            "proxy-client.to-sidecar.tls.cert-file: nothing (expected a file; cert-file and"
                + " key-file belong together)");
  }
}
