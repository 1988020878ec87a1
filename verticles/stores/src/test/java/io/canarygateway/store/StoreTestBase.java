package io.canarygateway.store;

import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.Await;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** What the contract needs of an engine: to open stores, and to disturb them. */
abstract class StoreTestBase {

  private static Vertx vertx;
  private static Vertx other;

  private final List<StoreClient> clients = new ArrayList<>();

  @BeforeAll
  static void startVertx() {
    vertx = Vertx.vertx();
    other = Vertx.vertx();
  }

  @AfterAll
  static void stopVertx() {
    Await.result(vertx.close());
    Await.result(other.close());
  }

  @AfterEach
  void closeStores() throws Exception {
    recover();
    clients.forEach(StoreClient::close);
  }

  /** Opens a store that the disturbances concern. */
  abstract StateStore disturbed(Vertx vertx);

  /** Opens a store that no disturbance concerns. */
  abstract StateStore direct(Vertx vertx);

  /** Deletes a state as an operator does. */
  abstract void delete(StateKey key) throws Exception;

  /** Makes the engine go away. */
  abstract void goAway() throws Exception;

  /** From now on writes happen, but their answers are lost. */
  abstract void loseAnswers() throws Exception;

  /** Ends all disturbances. */
  abstract void recover() throws Exception;

  StoreClient client() {
    return client(this::disturbed);
  }

  StoreClient client(Function<Vertx, StateStore> opener) {
    return opened(StoreClient.open(vertx, opener));
  }

  StoreClient directClient() {
    return opened(StoreClient.open(other, this::direct));
  }

  private StoreClient opened(StoreClient client) {
    clients.add(client);
    return client;
  }

  static StateKey key(String... path) {
    String unique = UUID.randomUUID().toString();
    List<String> segments = new ArrayList<>(List.of("test", unique));
    segments.addAll(List.of(path));
    return new StateKey(segments, "app", "test:" + unique + String.join("/", path));
  }

  static ConditionFactory patiently() {
    return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20));
  }
}
