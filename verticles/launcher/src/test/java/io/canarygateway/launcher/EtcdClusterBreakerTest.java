package io.canarygateway.launcher;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;

/** etcd keeps the limits of a cluster. */
@Tag("external")
class EtcdClusterBreakerTest extends ClusterBreakerContract {

  private LimitEngine engine;

  @Override
  void startEngine(Path directory) throws Exception {
    engine = LimitEngine.etcd(directory);
  }

  @Override
  LimitEngine engine() {
    return engine;
  }
}
