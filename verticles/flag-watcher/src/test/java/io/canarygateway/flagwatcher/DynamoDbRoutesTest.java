package io.canarygateway.flagwatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.config.RolloutConfig;
import io.canarygateway.fixtures.DynamoDbLocal;
import io.canarygateway.message.ComponentHealth.Status;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The rollouts of routes in a real DynamoDB Local. */
@Tag("external")
class DynamoDbRoutesTest {

  @TempDir Path directory;
  private static DynamoDbLocal dynamoDb;
  private WatcherFixture gateway;
  private Path flags;

  @BeforeAll
  static void startDynamoDb() throws Exception {
    dynamoDb = DynamoDbLocal.start();
  }

  @AfterAll
  static void stopDynamoDb() {
    dynamoDb.close();
  }

  @BeforeEach
  void createTable() throws Exception {
    flags = Files.createDirectory(directory.resolve("flags"));
    dynamoDb.createTable(false);
    dynamoDb.put("canary", "1");
    dynamoDb.put("maintenance", "1");
  }

  @AfterEach
  void stop() throws Exception {
    if (gateway != null) {
      gateway.close();
    }
    dynamoDb.signal("CONT");
    dynamoDb.deleteTable();
  }

  private static JsonObject route(String host) {
    return new JsonObject()
        .put("match", new JsonObject().put("hosts", new JsonArray().add(host)))
        .put("main-target", "http://127.0.0.1:1")
        .put("canary-target", "http://127.0.0.1:2");
  }

  private JsonObject config(JsonObject routes) {
    return new JsonObject()
        .put("main-target", "http://127.0.0.1:1")
        .put("canary-target", "http://127.0.0.1:2")
        .put("flags", new JsonObject().put("directory", flags.toString()))
        .put("dynamodb", dynamoDb.section().put("unhealthy", "30s")) // No slow reading makes it 0.
        .put("routes", routes);
  }

  private void put(String application, String version, String rollout) throws Exception {
    dynamoDb.put(application, version, AttributeValue.fromN(rollout));
  }

  /** Sets a whole route, or removes it. */
  private void write(String name, JsonObject route) throws Exception {
    Path file = flags.resolve("routes." + name);
    if (route == null) {
      Files.delete(file);
    } else {
      Path next = Files.writeString(directory.resolve("next"), route.encode());
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private RolloutConfig rollout(String route) {
    return gateway.route(route).orElseThrow().rollout();
  }

  private void awaitCanary(String route, double canary) {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> gateway.route(route).isPresent() && rollout(route).canary() == canary);
  }

  @Test
  void eachRouteHasTheRolloutOfItsApplicationFromTheFirstSnapshotOn() throws Exception {
    put("shop", "canary", "0.25");
    put("shop", "maintenance", "0.5");
    put("shared", "canary", "0.75");
    gateway =
        WatcherFixture.start(
            config(
                new JsonObject()
                    .put("shop", route("shop").put("rollout", new JsonObject().put("canary", 0.9)))
                    .put("one", route("one").put("application", "shared"))
                    .put("two", route("two").put("application", "shared"))
                    .put("none", route("none").put("strategy", "main"))));
    assertThat(gateway.config().rollout().canary()).isEqualTo(1);
    assertThat(rollout("shop").canary()).as("covers what the document says").isEqualTo(0.25);
    assertThat(rollout("shop").maintenance()).hasValue(0.5);
    assertThat(rollout("one").canary()).isEqualTo(0.75);
    assertThat(rollout("two").canary()).isEqualTo(0.75);
    assertThat(rollout("none").canary()).as("never that of the top level").isZero();
    assertThat(rollout("one").maintenance()).as("never read").isEqualTo(OptionalDouble.empty());
    assertThat(gateway.revision()).isEqualTo(1);
    assertThat(gateway.health("dynamodb").status()).isEqualTo(Status.UP);
    assertThat(gateway.health("dynamodb").detail())
        .isEqualTo("table MaxwellsDaemon, 4 applications");
    put("shared", "canary", "1");
    awaitCanary("one", 1);
    awaitCanary("two", 1);
  }

  @Test
  void oneApplicationWithoutAGoodReadingConcernsNoOther() throws Exception {
    put("shop", "canary", "0.25");
    put("cart", "canary", "0.5");
    JsonObject config =
        config(new JsonObject().put("shop", route("shop")).put("cart", route("cart")));
    config.getJsonObject("dynamodb").put("unhealthy", "1s");
    gateway = WatcherFixture.start(config);
    dynamoDb.put("shop", "canary", AttributeValue.fromS("0.25"));
    awaitCanary("shop", 0);
    await()
        .untilAsserted(
            () -> {
              assertThat(gateway.health("dynamodb").status()).isEqualTo(Status.DEGRADED);
              assertThat(gateway.health("dynamodb").detail()).endsWith("application shop");
            });
    awaitCanary("cart", 0.5); // A slow reading may have made it 0 for a moment.
    await().until(() -> gateway.config().rollout().canary() == 1);
    put("shop", "canary", "0.5");
    awaitCanary("shop", 0.5);
  }

  @Test
  void aNewRouteHasZeroUntilItsApplicationIsReadAndAGoneOneLeavesNothing() throws Exception {
    put("new", "canary", "0.25");
    gateway = WatcherFixture.start(config(new JsonObject()));
    dynamoDb.signal("STOP");
    write("new", route("new").put("rollout", new JsonObject().put("canary", 0.9)));
    awaitCanary("new", 0);
    assertThat(rollout("new").maintenance()).isEmpty();
    double added = gateway.revision();
    dynamoDb.signal("CONT");
    awaitCanary("new", 0.25);
    assertThat(added).as("the route and its zero are one revision").isLessThanOrEqualTo(3);

    write("new", route("new").put("application", "app"));
    awaitCanary("new", 1);
    write("new", null);
    await().until(() -> gateway.route("new").isEmpty());
    assertThat(gateway.report().flags()).noneMatch(flag -> flag.name().startsWith("routes."));
  }

  @Test
  void manyRoutesAreReadInBatches() throws Exception {
    JsonObject routes = new JsonObject();
    for (int i = 0; i < 130; i++) {
      routes.put("r" + i, route("r" + i));
      put("r" + i, "canary", "0." + (100 + i));
    }
    gateway = WatcherFixture.start(config(routes));
    for (int i = 0; i < 130; i++) {
      assertThat(rollout("r" + i).canary()).isEqualTo(Double.parseDouble("0." + (100 + i)));
    }
    assertThat(gateway.health("dynamodb").status()).isEqualTo(Status.UP);
    put("r129", "canary", "1");
    awaitCanary("r129", 1);
  }
}
