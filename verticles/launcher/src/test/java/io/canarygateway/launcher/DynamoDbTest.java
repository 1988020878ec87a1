package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The rollout in a real DynamoDB Local. */
class DynamoDbTest {

  @TempDir Path directory;
  private Upstreams upstreams;
  private DynamoDbLocal dynamoDb;
  private GatewayFixture gateway;

  @BeforeEach
  void start() {
    upstreams = new Upstreams();
  }

  @AfterEach
  void stop() {
    if (gateway != null) {
      gateway.close();
    }
    dynamoDb.close();
    upstreams.close();
  }

  private void startGateway(JsonObject section) throws Exception {
    gateway =
        GatewayFixture.start(
            upstreams
                .withoutSidecar()
                .put("dynamodb", section)
                .put(
                    "daemon",
                    new JsonObject()
                        .put("socket", directory.resolve("d.sock").toString())
                        .put("state-dir", directory.resolve("state").toString())));
  }

  private void awaitRollout(String rollout) {
    await()
        .atMost(Duration.ofSeconds(15))
        .untilAsserted(() -> assertThat(gateway.flag("rollout.canary")).isEqualTo(rollout));
  }

  private void awaitStatus(String status, String detail) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(gateway.health("dynamodb").encode())
                    .contains("\"" + status + "\"")
                    .contains(detail));
  }

  @Test
  void theRolloutOfTheTableCountsAndCoversWhatTheDocumentSays() throws Exception {
    dynamoDb = DynamoDbLocal.start();
    dynamoDb.createTable(false);
    dynamoDb.put("canary", "1");
    startGateway(dynamoDb.section());
    assertThat(gateway.get("/").body()).isEqualTo("canary");
    assertThat(gateway.health("dynamodb").getString("status")).isEqualTo("UP");
    dynamoDb.put("canary", "0.250");
    awaitRollout("0.25");
    dynamoDb.put("canary", "0");
    awaitRollout("0");
    assertThat(gateway.get("/", "maxwellsdaemon", "0.0").body()).isEqualTo("main");
  }

  @Test
  void whatIsNoRolloutMeansZeroOnceItIsUnhealthyAndHeals() throws Exception {
    dynamoDb = DynamoDbLocal.start();
    dynamoDb.createTable(false);
    dynamoDb.put("canary", "0.5");
    startGateway(dynamoDb.section());
    awaitRollout("0.5");
    for (AttributeValue bad :
        List.of(
            AttributeValue.fromS("0.5"),
            AttributeValue.fromN("1.1"),
            AttributeValue.fromN("-0.1"),
            AttributeValue.fromBool(true))) {
      dynamoDb.put("canary", bad);
      awaitRollout("0");
      awaitStatus("DEGRADED", "no rollout from 0 to 1");
      dynamoDb.put("canary", "0.5");
      awaitRollout("0.5");
      awaitStatus("UP", "");
    }
    assertThat(gateway.metric("gateway_rollout_updates_total{result=\"failure\"}")).isPositive();
  }

  @Test
  void aTableThatIsNotThereYetIsNoCrash() throws Exception {
    dynamoDb = DynamoDbLocal.start();
    startGateway(dynamoDb.section());
    awaitStatus("DEGRADED", "ResourceNotFoundException");
    assertThat(gateway.get("/").body()).isEqualTo("main");
    dynamoDb.createTable(true);
    dynamoDb.put("canary", "1");
    awaitRollout("1");
    dynamoDb.deleteTable();
    awaitRollout("0");
    assertThat(gateway.get("/").body()).isEqualTo("main");
  }

  @Test
  void whenItStopsAnsweringTheRolloutFallsToZeroAndComesBack() throws Exception {
    dynamoDb = DynamoDbLocal.start();
    dynamoDb.createTable(true);
    dynamoDb.put("canary", "1");
    dynamoDb.put("maintenance", "0.5");
    startGateway(dynamoDb.section());
    awaitRollout("1");
    Path maintenance = directory.resolve("state/maintenance/app");
    await().until(() -> Files.exists(maintenance));
    dynamoDb.signal("STOP");
    awaitRollout("0");
    awaitStatus("DEGRADED", "no answer in time");
    assertThat(gateway.get("/").body()).isEqualTo("main");
    assertThat(maintenance).as("left as it is").exists();
    dynamoDb.signal("CONT");
    awaitRollout("1");
    awaitStatus("UP", "");
    dynamoDb.kill();
    awaitRollout("0");
    dynamoDb.run();
    dynamoDb.createTable(false);
    dynamoDb.put("canary", "0.75");
    awaitRollout("0.75");
  }

  @Test
  void itMayComeUpAfterTheGateway() throws Exception {
    dynamoDb = DynamoDbLocal.stopped();
    startGateway(dynamoDb.section());
    assertThat(gateway.get("/").body()).isEqualTo("main");
    assertThat(gateway.flag("rollout.canary")).isEqualTo("0");
    dynamoDb.run();
    dynamoDb.createTable(true);
    dynamoDb.put("canary", "1");
    awaitRollout("1");
  }

  @Test
  void theStreamTellsLongBeforeThePollWould() throws Exception {
    dynamoDb = DynamoDbLocal.start();
    dynamoDb.createTable(true);
    dynamoDb.put("canary", "0.5");
    startGateway(dynamoDb.section().put("delay", "1h").put("unhealthy", "1h"));
    awaitRollout("0.5");
    for (String rollout : List.of("0.6", "0.7", "1")) {
      dynamoDb.put("canary", rollout);
      awaitRollout(rollout);
    }
  }
}
