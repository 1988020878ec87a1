package io.canarygateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code conf/schema.json}, against the reader of configurations. */
class ConfigSchemaTest {

  private static final Path CONF = Path.of("..", "..", "conf");
  private static final Path FILE = CONF.resolve("schema.json");
  private static final String COMMAND =
      ConfReference.COMMAND.replace("ConfReferenceTest", "ConfigSchemaTest");

  private static final JsonSchema SCHEMA =
      JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(ConfigSchema.text());

  private static Set<ValidationMessage> faults(String document) {
    return SCHEMA.validate(document, InputFormat.JSON);
  }

  private static String withTargets(String members) {
    return "{\"main-target\": \"http://a\", \"canary-target\": \"http://b\", " + members + "}";
  }

  @Test
  void theFileIsThatOfTheSettings() throws IOException {
    if (System.getProperty("conf.write") != null) {
      Files.writeString(FILE, ConfigSchema.text());
    }
    assertThat(Files.readString(FILE))
        .as("conf/schema.json is not that of the settings; write it anew: " + COMMAND)
        .isEqualTo(ConfigSchema.text());
  }

  @Test
  void itIsASchemaOfDraft202012() throws IOException {
    JsonSchema meta =
        JsonSchemaFactory.getInstance(VersionFlag.V202012)
            .getSchema(SchemaLocation.of(VersionFlag.V202012.getId()));
    assertThat(meta.validate(ConfigSchema.text(), InputFormat.JSON)).isEmpty();
  }

  @Test
  void everySettingHasADescription() throws IOException {
    var properties = new JsonMapper().readTree(ConfigSchema.text()).path("properties");
    assertThat(Settings.byName().values())
        .allSatisfy(
            flag ->
                assertThat(
                        properties
                            .at("/" + flag.name().replace(".", "/properties/"))
                            .path("description")
                            .asText())
                    .isEqualTo(flag.usage()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gateway.json",
        "demo.json",
        "canary-router.json",
        "etcd.json",
        "rollout.json",
        "release.json",
        "routes.json",
        "cluster.json",
        "interceptor.json"
      })
  void everyExampleIsValid(String name) throws IOException {
    String document = Files.readString(CONF.resolve(name));
    assertThat(faults(document)).isEmpty();
    // canary-router's own file is unchanged.
    assertThat(document.contains("\"$schema\": \"./schema.json\""))
        .isEqualTo(!name.equals("canary-router.json"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'$schema': './schema.json'",
        "'sidecar-url': '', 'strategy': ''",
        "'router-server': {'port': '1345', 'read-timeout': 0.5, 'drain-timeout': '59.5s'}",
        "'canary-enabled': 'false', 'transport': 'nio'",
        "'trusted-proxies': '10.0.0.0/8, 192.168.0.0/16'",
        "'trusted-proxies': ['10.0.0.0/8', '::1']",
        "'rollout': {'canary': '0.1'}, 'circuit-breaker': {'error-limit-canary': '5'}",
        "'release': {'version': 'v2', 'steps': '[0.1, 1]'}",
        "'release': {'version': 'v2', 'steps': [{'weight': '0.1'}, 1]}",
        "'flags': {'declare': {'a.b': {'type': 'bool'}}}, 'a': {'b': true}",
        "'mirror': {'to': 'HTTP://x', 'fraction': '0.5'}",
        "'rate-limit': {'requests': '5', 'per': 0.5, 'by': 'header:X-Key'}",
        "'routes': {'shop': {'match': {}, 'main-target': ['http://a'], 'canary-target': 'http://b',"
            + " 'daemon': {'socket': '/tmp/a.sock'}, 'rollout': {'canary': 0.5}}}",
        "'etcd': {}, 'extensions': {'mine': {'a': [1]}}"
      })
  void whatTheReaderAcceptsIsValid(String members) throws ConfigException {
    String document = withTargets(members.replace('\'', '"'));
    assertThat(ConfigReader.read(document)).isNotNull();
    assertThat(faults(document)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'$schema': 1",
        "'canary-enable': true",
        "'rollout': {'canry': 0.1}",
        "'rollout': 0.1",
        "'rollout': {'canary': 10}",
        "'router-server': {'port': 70000}",
        "'router-server': {'port': [1345]}",
        "'router-server': {'drain-timeout': '10 seconds'}",
        "'strategy': 'canary-first'",
        "'canary-enabled': 'perhaps'",
        "'sidecar-url': 'ftp://x'",
        "'circuit-breaker': {'error-statuses': ['9xx']}",
        "'cluster': {'limits': 'redis'}",
        "'canary-when': [{'header': {}}]",
        "'canary-when': [{}]",
        "'canary-fallback': {'max-body': -1}",
        "'mirror': {'fraction': 0.1}",
        "'rate-limit': {'per': '1s'}",
        "'rate-limit': {'requests': 0}",
        "'rate-limit': {'requests': 1, 'by': 'header:a b'}",
        "'rate-limit': {'request': 1}",
        "'request-headers': {'set': {'A': 1}}",
        "'redirect': {'status': 200}",
        "'release': {'steps': [0.1, 2]}",
        "'release': {'judge': {'tolerance': 1000}}",
        "'routes': {'Shop': {'match': {}}}",
        "'routes': {'shop': {'rollout': {'canary': 0.5}}}",
        "'routes': {'shop': {'match': {'path': {'exact': '/a', 'prefix': '/b'}}}}",
        "'routes': {'shop': {'match': {}, 'transport': 'nio'}}",
        "'flags': {'declare': {'a.b': {'type': 'text'}}}",
        "'verticles': ['proxies']"
      })
  void whatIsWrongForTheReaderIsWrongForEditors(String members) {
    String document = withTargets(members.replace('\'', '"'));
    assertThat(faults(document)).isNotEmpty();
    assertThat(catchThrowable(() -> ConfigReader.read(document)))
        .isInstanceOf(ConfigException.class);
  }
}
