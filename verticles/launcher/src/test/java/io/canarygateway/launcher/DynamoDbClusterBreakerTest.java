package io.canarygateway.launcher;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** DynamoDB keeps the limits of a cluster. */
@Tag("external")
class DynamoDbClusterBreakerTest extends ClusterBreakerContract {

  private static LimitEngine engine;

  @BeforeAll
  static void startEngine() throws Exception {
    engine = LimitEngine.dynamoDb();
  }

  @AfterAll
  static void stopEngine() {
    engine.close();
  }

  @Override
  LimitEngine engine() {
    return engine;
  }
}
