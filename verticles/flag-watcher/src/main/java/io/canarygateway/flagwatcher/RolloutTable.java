package io.canarygateway.flagwatcher;

import io.canarygateway.config.DynamoDbConfig;
import io.canarygateway.extension.Rollouts;
import io.canarygateway.store.DynamoDbClients;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;

/**
 * The layout of maxwells-daemon's table: the hash key {@code application}, the range key {@code
 * version}, and a number {@code rollout} from 0 to 1.
 */
final class RolloutTable {

  private static final String CANARY = "canary";
  private static final String MAINTENANCE = "maintenance";

  private static final String ROLLOUT = "rollout";

  private RolloutTable() {}

  /** The request for both versions, with a consistent read. */
  static BatchGetItemRequest request(DynamoDbConfig config) {
    return BatchGetItemRequest.builder()
        .requestItems(
            Map.of(
                config.table(),
                KeysAndAttributes.builder()
                    .consistentRead(true)
                    .keys(List.of(key(config, CANARY), key(config, MAINTENANCE)))
                    .build()))
        .build();
  }

  private static Map<String, AttributeValue> key(DynamoDbConfig config, String version) {
    return DynamoDbClients.key(config.application(), version);
  }

  /** The rollouts of the items; an item of the wrong type counts as missing. */
  static Rollouts of(Collection<Map<String, AttributeValue>> items) {
    Map<String, Double> numbers = new HashMap<>();
    for (Map<String, AttributeValue> item : items) {
      AttributeValue version = item.get(DynamoDbClients.VERSION);
      AttributeValue rollout = item.get(ROLLOUT);
      if (version != null && version.s() != null && rollout != null && rollout.n() != null) {
        numbers.put(version.s(), Double.valueOf(rollout.n()));
      }
    }
    return new Rollouts(optional(numbers.get(CANARY)), optional(numbers.get(MAINTENANCE)));
  }

  private static OptionalDouble optional(@Nullable Double number) {
    return number == null ? OptionalDouble.empty() : OptionalDouble.of(number);
  }
}
