package io.canarygateway.launcher;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** etcd keeps the limits of a cluster. */
@Tag("external")
class EtcdClusterBreakerTest extends ClusterBreakerContract {

  private static LimitEngine engine;

  @BeforeAll
  static void startEngine(@TempDir Path data) throws Exception {
    engine = LimitEngine.etcd(data);
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
