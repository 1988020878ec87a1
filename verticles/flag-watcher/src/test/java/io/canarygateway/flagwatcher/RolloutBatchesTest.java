package io.canarygateway.flagwatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;

/**
 * Readings of many applications from a table that throttles and fails, as DynamoDB Local cannot.
 */
class RolloutBatchesTest {

  private static final String TABLE = "T";

  private final Collection<KeysAndAttributes> requests = new ConcurrentLinkedQueue<>();

  /** The keys that a request leaves unprocessed. */
  private Predicate<Map<String, AttributeValue>> unprocessed = key -> false;

  /** The applications whose batch fails. */
  private final Set<String> failing = new HashSet<>();

  private CompletableFuture<BatchGetItemResponse> answer(BatchGetItemRequest request) {
    KeysAndAttributes asked = request.requestItems().get(TABLE);
    requests.add(asked);
    if (asked.keys().stream().anyMatch(key -> failing.contains(application(key)))) {
      return CompletableFuture.failedFuture(new IOException("a fault"));
    }
    List<Map<String, AttributeValue>> items = new ArrayList<>();
    List<Map<String, AttributeValue>> left = new ArrayList<>();
    for (Map<String, AttributeValue> key : asked.keys()) {
      if (unprocessed.test(key)) {
        left.add(key);
      } else {
        items.add(
            Map.of(
                "application",
                key.get("application"),
                "version",
                key.get("version"),
                "rollout",
                AttributeValue.fromN("0.5")));
      }
    }
    return CompletableFuture.completedFuture(
        BatchGetItemResponse.builder()
            .responses(Map.of(TABLE, items))
            .unprocessedKeys(
                left.isEmpty()
                    ? Map.of()
                    : Map.of(TABLE, KeysAndAttributes.builder().keys(left).build()))
            .build());
  }

  private static String application(Map<String, AttributeValue> key) {
    return key.get("application").s();
  }

  private RolloutReading read(Collection<String> applications) throws Exception {
    return read(applications, Duration.ofSeconds(20));
  }

  private RolloutReading read(Collection<String> applications, Duration limit) throws Exception {
    return new RolloutBatches(TABLE, limit, this::answer)
        .read(applications)
        .get(30, TimeUnit.SECONDS);
  }

  private static Set<String> applications(int count) {
    Set<String> applications = new TreeSet<>();
    for (int i = 0; i < count; i++) {
      applications.add("app" + i);
    }
    return applications;
  }

  @Test
  void aBatchHasAtMostAHundredKeysAndIsConsistent() throws Exception {
    RolloutReading reading = read(applications(120));
    assertThat(reading.rollouts()).hasSize(120);
    assertThat(reading.rollouts().get("app7").canary()).isEqualTo(OptionalDouble.of(0.5));
    assertThat(reading.failure()).isEmpty();
    assertThat(requests).allMatch(KeysAndAttributes::consistentRead);
    assertThat(requests)
        .extracting(request -> request.keys().size())
        .containsExactlyInAnyOrder(100, 100, 40);
  }

  @Test
  void keysThatAreLeftUnprocessedAreAskedForAgain() throws Exception {
    Set<Map<String, AttributeValue>> seen = new HashSet<>();
    unprocessed = key -> application(key).equals("app3") && seen.add(key);
    RolloutReading reading = read(applications(10));
    assertThat(reading.rollouts()).hasSize(10);
    assertThat(reading.failure()).isEmpty();
    assertThat(requests)
        .extracting(request -> request.keys().size() + " " + request.consistentRead())
        .containsExactly("20 true", "2 true");
  }

  @Test
  void keysThatStayUnprocessedAreGivenUp() throws Exception {
    unprocessed = key -> application(key).equals("app3");
    RolloutReading reading = read(applications(10));
    assertThat(reading.rollouts()).hasSize(9).doesNotContainKey("app3");
    assertThat(reading.failure()).contains("DynamoDB left 2 keys unprocessed");
    assertThat(requests).hasSize(4);
  }

  @Test
  void aBatchThatFailsLeavesTheOthersAlone() throws Exception {
    failing.add("app3");
    RolloutReading reading = read(applications(120));
    assertThat(reading.rollouts()).hasSizeBetween(20, 70).doesNotContainKey("app3");
    assertThat(reading.failure()).contains("a fault");
    failing.addAll(applications(120));
    assertThatThrownBy(() -> read(applications(120))).hasRootCauseMessage("a fault");
  }

  @Test
  void allBatchesTogetherHaveTheTimeOfOneCall() {
    unprocessed = key -> true;
    assertThatThrownBy(() -> read(applications(120), Duration.ofMillis(40)))
        .hasRootCauseMessage("no answer in time");
  }
}
