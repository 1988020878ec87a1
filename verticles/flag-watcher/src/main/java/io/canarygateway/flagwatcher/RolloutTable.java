package io.canarygateway.flagwatcher;

import io.canarygateway.extension.Rollouts;
import io.canarygateway.store.DynamoDbClients;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;

/**
 * The layout of maxwells-daemon's table: the hash key {@code application}, the range key {@code
 * version}, and a number {@code rollout} from 0 to 1.
 */
final class RolloutTable {

  /** The keys of one application, one for each version. */
  static final int KEYS_OF_ONE = 2;

  private static final String CANARY = "canary";
  private static final String MAINTENANCE = "maintenance";

  private static final String ROLLOUT = "rollout";

  private RolloutTable() {}

  /** The keys of both versions of some applications, for a consistent read. */
  static KeysAndAttributes keys(Collection<String> applications) {
    List<Map<String, AttributeValue>> keys = new ArrayList<>();
    for (String application : applications) {
      keys.add(DynamoDbClients.key(application, CANARY));
      keys.add(DynamoDbClients.key(application, MAINTENANCE));
    }
    return KeysAndAttributes.builder().consistentRead(true).keys(keys).build();
  }

  /** The application of an item or of a key; empty if it has none. */
  static String application(Map<String, AttributeValue> item) {
    AttributeValue application = item.get(DynamoDbClients.APPLICATION);
    return application == null || application.s() == null ? "" : application.s();
  }

  /**
   * The rollouts of the items; an item of the wrong type counts as missing.
   *
   * @param applications the applications that were asked for
   */
  static Map<String, Rollouts> of(
      Collection<String> applications, Collection<Map<String, AttributeValue>> items) {
    Map<String, Map<String, Double>> numbers = new HashMap<>();
    for (Map<String, AttributeValue> item : items) {
      AttributeValue version = item.get(DynamoDbClients.VERSION);
      AttributeValue rollout = item.get(ROLLOUT);
      if (version != null && version.s() != null && rollout != null && rollout.n() != null) {
        numbers
            .computeIfAbsent(application(item), added -> new HashMap<>())
            .put(version.s(), Double.valueOf(rollout.n()));
      }
    }
    Map<String, Rollouts> rollouts = new HashMap<>();
    for (String application : applications) {
      Map<String, Double> versions = numbers.getOrDefault(application, Map.of());
      rollouts.put(
          application,
          new Rollouts(optional(versions.get(CANARY)), optional(versions.get(MAINTENANCE))));
    }
    return rollouts;
  }

  private static OptionalDouble optional(@Nullable Double number) {
    return number == null ? OptionalDouble.empty() : OptionalDouble.of(number);
  }
}
