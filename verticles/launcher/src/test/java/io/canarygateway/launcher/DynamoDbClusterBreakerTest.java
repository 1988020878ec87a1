package io.canarygateway.launcher;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;

/** DynamoDB keeps the limits of a cluster. */
@Tag("external")
class DynamoDbClusterBreakerTest extends ClusterBreakerContract {

  private LimitEngine engine;

  @Override
  void startEngine(Path directory) throws Exception {
    engine = LimitEngine.dynamoDb();
  }

  @Override
  LimitEngine engine() {
    return engine;
  }
}
