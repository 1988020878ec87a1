package io.canarygateway.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.config.DynamoDbConfig;
import io.canarygateway.fixtures.Await;
import io.canarygateway.fixtures.CuttingProxy;
import io.canarygateway.fixtures.DynamoDbLocal;
import io.canarygateway.store.StoreClient.Followed;
import io.canarygateway.store.WriteResult.Written;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** States in a real DynamoDB Local, through a proxy that disturbs. */
@Tag("external")
class DynamoDbStateStoreTest extends StateStoreContract {

  /** Shorter than by default, since the nodes of a test have no event bus in common. */
  private static final long POLL_MS = 100;

  private static DynamoDbLocal dynamoDb;
  private static CuttingProxy proxy;
  private static DynamoDbClients operator;

  @BeforeAll
  static void startServers() throws Exception {
    dynamoDb = DynamoDbLocal.start();
    dynamoDb.createTable(false);
    dynamoDb.put("warm", "0"); // The first of all calls may need more time than a store has.
    proxy = CuttingProxy.before(URI.create(dynamoDb.endpoint()).getPort());
    operator = DynamoDbClients.open(config(dynamoDb.endpoint()));
  }

  @AfterAll
  static void stopServers() throws Exception {
    operator.close();
    proxy.close();
    dynamoDb.close();
  }

  private static DynamoDbConfig config(String endpoint) {
    return new DynamoDbConfig(
        DynamoDbLocal.TABLE,
        "us-east-1",
        URI.create(endpoint),
        "app",
        Duration.ofSeconds(2),
        Duration.ofSeconds(8),
        false);
  }

  @Override
  StateStore disturbed(Vertx vertx) {
    return new DynamoDbStateStore(vertx, config("http://127.0.0.1:" + proxy.port()), POLL_MS);
  }

  @Override
  StateStore direct(Vertx vertx) {
    return new DynamoDbStateStore(vertx, config(dynamoDb.endpoint()), POLL_MS);
  }

  @Override
  void delete(StateKey key) {
    operator
        .table()
        .deleteItem(
            item ->
                item.tableName(DynamoDbLocal.TABLE)
                    .key(DynamoDbClients.key(key.application(), key.version())))
        .join();
  }

  private static void put(StateKey key, Map<String, AttributeValue> attributes) {
    Map<String, AttributeValue> item =
        new HashMap<>(DynamoDbClients.key(key.application(), key.version()));
    item.putAll(attributes);
    operator.table().putItem(put -> put.tableName(DynamoDbLocal.TABLE).item(item)).join();
  }

  @Override
  void goAway() {
    proxy.down();
  }

  @Override
  void loseAnswers() {
    proxy.loseAnswers();
  }

  @Override
  void recover() {
    proxy.pass();
  }

  @Test
  void aTryThatFollowsALostAnswerIsKnownAsOurOwnWrite() {
    StateKey key = key();
    StoreClient client = client();
    StoreClient observer = directClient();
    Revision first = client.written(key, Revision.NONE, "one");
    for (int i = 0; i < 5; i++) {
      String text = "state " + i;
      proxy.loseAnswers();
      Future<WriteResult> write = client.tryWrite(key, first, text);
      patiently().until(() -> observer.read(key).text().equals(text));
      proxy.pass(); // The SDK sends the write again, and its condition is false.
      assertThat(Await.result(write)).isEqualTo(new Written(observer.read(key).revision()));
      first = observer.read(key).revision();
    }
  }

  @Test
  void aConflictAfterARepeatedTryIsAnUnknownOutcome() {
    StateKey key = key();
    StoreClient client = client();
    StoreClient other = directClient();
    Revision first = client.written(key, Revision.NONE, "one");
    proxy.loseAnswers();
    Future<WriteResult> write = client.tryWrite(key, first, "two");
    patiently().until(() -> other.read(key).text().equals("two"));
    other.put(key, "three");
    proxy.pass();
    Future<String> failure = write.map("succeeded").otherwise(Throwable::getMessage);
    assertThat(Await.result(failure)).contains("between two tries");
  }

  @Test
  void aHintMakesOtherNodesReadAtOnce() {
    StateKey key = key();
    Vertx vertx = Vertx.vertx();
    StoreClient watching =
        StoreClient.open(
            vertx,
            on ->
                new DynamoDbStateStore(
                    on, config(dynamoDb.endpoint()), Duration.ofHours(1).toMillis()));
    StoreClient writer = StoreClient.open(vertx, this::direct);
    try {
      Followed followed = watching.watch(key);
      patiently().until(() -> followed.last().equals("none"));
      for (String text : new String[] {"one", "two", "three"}) {
        writer.put(key, text);
        patiently().until(() -> followed.last().equals(text));
      }
    } finally {
      watching.close();
      writer.close();
      Await.result(vertx.close());
    }
  }

  @Test
  void anItemThatIsNoStateIsATroubleAndNeverOverwritten() {
    StateKey key = key();
    StoreClient client = client();
    put(key, Map.of("rollout", AttributeValue.fromN("0.5")));
    Future<String> read = client.tryRead(key).map("read").otherwise(Throwable::getMessage);
    assertThat(Await.result(read)).contains("no texts");
    Future<String> write =
        client
            .tryWrite(key, Revision.NONE, "x")
            .map(Object::toString)
            .otherwise(Throwable::getMessage);
    assertThat(Await.result(write)).contains("no texts");
  }

  @Test
  void theItemsOfTheDaemonAreLeftAlone() throws Exception {
    dynamoDb.put("canary", "0.5");
    client().put(StateKey.breaker("prod", "app", "1"), "counts");
    var canary =
        operator
            .table()
            .getItem(
                get -> get.tableName(DynamoDbLocal.TABLE).key(DynamoDbClients.key("app", "canary")))
            .join();
    assertThat(canary.item()).containsEntry("rollout", AttributeValue.fromN("0.5")).hasSize(3);
  }
}
