package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.config.ConfigReader;
import io.canarygateway.config.GatewayConfig;
import io.canarygateway.config.Settings;
import io.canarygateway.fixtures.DynamoDbLocal;
import io.canarygateway.fixtures.Upstreams;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples that operators copy are valid. */
class ConfExamplesTest {

  private static final Path ROOT = Path.of("..", "..");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gateway.json",
        "demo.json",
        "canary-router.json",
        "etcd.json",
        "rollout.json",
        "release.json",
        "interceptor.json"
      })
  void everyExampleIsValid(String name) throws Exception {
    String text = Files.readString(ROOT.resolve("conf").resolve(name));
    assertThat(GatewayConfig.of(ConfigReader.read(text))).isNotNull();
  }

  @Test
  void theDocumentInTheKubernetesExampleIsValid() throws Exception {
    String text = Files.readString(ROOT.resolve("conf").resolve("kubernetes.yaml"));
    String document = text.substring(text.indexOf("gateway.json: |") + 15, text.indexOf("\n---"));
    assertThat(GatewayConfig.of(ConfigReader.read(document)).flags().directory())
        .isEqualTo(Path.of("/etc/gateway/flagz"));
  }

  @Test
  void theUnitStartsTheScript() throws Exception {
    assertThat(ROOT.resolve("conf").resolve("gateway")).isExecutable();
    assertThat(Files.readString(ROOT.resolve("conf").resolve("canary-gateway.service")))
        .contains("/opt/gateway/gateway -conf /etc/gateway/");
  }

  @Test
  void theFullExampleHasEveryKeyButTheDemos() throws Exception {
    String text = Files.readString(ROOT.resolve("conf").resolve("gateway.json"));
    Set<String> keys = new TreeSet<>(Settings.byName().keySet());
    keys.removeIf(key -> key.startsWith("demo."));
    keys.remove("redirect"); // It would answer every request.
    assertThat(ConfigReader.read(text).texts().keySet()).containsExactlyInAnyOrderElementsOf(keys);
  }

  @Test
  @Tag("external")
  void theTableExampleIsATableWhoseStreamTheGatewayFollows() throws Exception {
    try (DynamoDbLocal dynamoDb = DynamoDbLocal.start();
        Upstreams upstreams = new Upstreams()) {
      dynamoDb.createTable(Files.readString(ROOT.resolve("conf").resolve("dynamodb-table.json")));
      dynamoDb.put("canary", "0.5");
      JsonObject section = dynamoDb.section().put("delay", "1h").put("unhealthy", "1h");
      JsonObject config = upstreams.withoutSidecar().put("dynamodb", section);
      try (GatewayFixture gateway = GatewayFixture.start(config)) {
        await().untilAsserted(() -> assertThat(gateway.flag("rollout.canary")).isEqualTo("0.5"));
        dynamoDb.put("canary", "0.75");
        await().untilAsserted(() -> assertThat(gateway.flag("rollout.canary")).isEqualTo("0.75"));
      }
    }
  }
}
