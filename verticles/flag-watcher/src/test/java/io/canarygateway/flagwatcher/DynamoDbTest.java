package io.canarygateway.flagwatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.DynamoDbLocal;
import io.canarygateway.message.ComponentHealth.Status;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The rollout in a real DynamoDB Local. */
@Tag("external")
class DynamoDbTest {

  /** For the tests that do not stop it; each has a table of its own. */
  private static DynamoDbLocal shared;

  private DynamoDbLocal dynamoDb;
  private WatcherFixture gateway;

  @BeforeAll
  static void startDynamoDb() throws Exception {
    shared = DynamoDbLocal.start();
  }

  @BeforeEach
  void take() {
    dynamoDb = shared;
  }

  @AfterEach
  void stop() throws Exception {
    if (gateway != null) {
      gateway.close();
    }
    if (dynamoDb == shared) {
      shared.deleteTableIfThere();
    } else {
      dynamoDb.close();
    }
  }

  @AfterAll
  static void stopDynamoDb() {
    shared.close();
  }

  private void startGateway(JsonObject section) throws Exception {
    gateway =
        WatcherFixture.start(
            new JsonObject()
                .put("main-target", "http://127.0.0.1:1")
                .put("canary-target", "http://127.0.0.1:2")
                .put("dynamodb", section));
  }

  private void awaitRollout(String rollout) {
    await().untilAsserted(() -> assertThat(gateway.flag("rollout.canary")).isEqualTo(rollout));
  }

  private void awaitStatus(Status status, String detail) {
    await()
        .untilAsserted(
            () -> {
              assertThat(gateway.health("dynamodb").status()).isEqualTo(status);
              assertThat(gateway.health("dynamodb").detail()).contains(detail);
            });
  }

  private OptionalDouble maintenance() {
    return gateway.config().rollout().maintenance();
  }

  private double canary() {
    return gateway.config().rollout().canary();
  }

  @Test
  void theRolloutOfTheTableCountsAndCoversWhatTheDocumentSays() throws Exception {
    dynamoDb.createTable(false);
    dynamoDb.put("canary", "1");
    startGateway(dynamoDb.section().put("unhealthy", "30s")); // No slow reading makes it 0.
    assertThat(canary()).isEqualTo(1);
    awaitStatus(Status.UP, "");
    dynamoDb.put("canary", "0.250");
    awaitRollout("0.25");
    dynamoDb.put("canary", "0");
    awaitRollout("0");
    assertThat(canary()).isZero();
  }

  @Test
  void whatIsNoRolloutMeansZeroOnceItIsUnhealthyAndHeals() throws Exception {
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
      awaitStatus(Status.DEGRADED, "no rollout from 0 to 1");
      dynamoDb.put("canary", "0.5");
      awaitRollout("0.5");
      awaitStatus(Status.UP, "");
    }
    assertThat(gateway.metric("gateway_rollout_updates_total{result=\"failure\"}")).isPositive();
  }

  @Test
  void aTableThatIsNotThereYetIsNoCrash() throws Exception {
    startGateway(dynamoDb.section());
    awaitStatus(Status.DEGRADED, "ResourceNotFoundException");
    assertThat(canary()).isZero();
    dynamoDb.createTable(true);
    dynamoDb.put("canary", "1");
    awaitRollout("1");
    dynamoDb.deleteTable();
    awaitRollout("0");
    assertThat(canary()).isZero();
  }

  @Test
  void whenItStopsAnsweringTheRolloutFallsToZeroAndComesBack() throws Exception {
    dynamoDb = DynamoDbLocal.start();
    dynamoDb.createTable(true);
    dynamoDb.put("canary", "1");
    dynamoDb.put("maintenance", "0.5");
    startGateway(dynamoDb.section());
    awaitRollout("1");
    await().until(() -> maintenance().equals(OptionalDouble.of(0.5)));
    dynamoDb.signal("STOP");
    awaitRollout("0");
    awaitStatus(Status.DEGRADED, "no answer in time");
    assertThat(canary()).isZero();
    assertThat(maintenance()).as("left as it is").hasValue(0.5);
    dynamoDb.signal("CONT");
    awaitRollout("1");
    awaitStatus(Status.UP, "");
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
    assertThat(canary()).isZero();
    assertThat(gateway.flag("rollout.canary")).isEqualTo("0");
    dynamoDb.run();
    dynamoDb.createTable(true);
    dynamoDb.put("canary", "1");
    awaitRollout("1");
  }

  @Test
  void theStreamTellsLongBeforeThePollWould() throws Exception {
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
