package io.canarygateway.store;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;

/**
 * The layout of a state in maxwells-daemon's table: the attributes {@code state} and {@code
 * revision} in an item of its own. The daemon reads the items {@code canary} and {@code
 * maintenance} only.
 */
final class StateItems {

  private static final String STATE = "state";
  private static final String REVISION = "revision";

  /** DynamoDB's limits for the keys of an item, in bytes. */
  private static final int MAX_HASH_KEY = 2048;

  private static final int MAX_RANGE_KEY = 1024;

  private StateItems() {}

  private static Map<String, AttributeValue> key(StateKey key) {
    return DynamoDbClients.key(
        KeyNames.bounded(key.application(), MAX_HASH_KEY),
        KeyNames.bounded(key.version(), MAX_RANGE_KEY));
  }

  static GetItemRequest get(String table, StateKey key) {
    return GetItemRequest.builder().tableName(table).key(key(key)).consistentRead(true).build();
  }

  /**
   * The request of a conditional write.
   *
   * @param token the revision that the item gets
   */
  static PutItemRequest put(
      String table, StateKey key, Revision expected, String token, byte[] text) {
    Map<String, AttributeValue> item = new HashMap<>(key(key));
    item.put(STATE, AttributeValue.fromS(new String(text, StandardCharsets.UTF_8)));
    item.put(REVISION, AttributeValue.fromS(token));
    PutItemRequest.Builder request =
        PutItemRequest.builder()
            .tableName(table)
            .item(item)
            .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD);
    if (expected.equals(Revision.NONE)) {
      return request
          .conditionExpression("attribute_not_exists(#version)")
          .expressionAttributeNames(Map.of("#version", DynamoDbClients.VERSION))
          .build();
    }
    return request
        .conditionExpression("#revision = :expected")
        .expressionAttributeNames(Map.of("#revision", REVISION))
        .expressionAttributeValues(Map.of(":expected", AttributeValue.fromS(expected.token())))
        .build();
  }

  /**
   * The state of an item.
   *
   * @param item empty if there is no item
   * @throws StoreException if the item is not one of a state
   */
  static State of(Map<String, AttributeValue> item) throws StoreException {
    if (item.isEmpty()) {
      return State.NONE;
    }
    AttributeValue state = item.get(STATE);
    AttributeValue revision = item.get(REVISION);
    if (state == null
        || state.s() == null
        || revision == null
        || revision.s() == null
        || revision.s().isEmpty()) {
      throw new StoreException("the item has no texts \"state\" and \"revision\"", null);
    }
    return new State(new Revision(revision.s()), state.s());
  }
}
