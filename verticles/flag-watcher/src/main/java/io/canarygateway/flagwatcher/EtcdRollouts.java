package io.canarygateway.flagwatcher;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The rollouts in etcd, which nodes share as they share those in DynamoDB. All of them are as old
 * as the last sync with etcd.
 *
 * @param sink knows the state of etcd
 */
record EtcdRollouts(FlagSink sink) implements RolloutOrigin {

  /** As for DynamoDB by default. */
  private static final Duration UNHEALTHY = Duration.ofSeconds(8);

  @Override
  public Layer layer() {
    return Layer.ETCD;
  }

  @Override
  public Duration unhealthy() {
    return UNHEALTHY;
  }

  @Override
  public boolean knowsRoutes() {
    return true;
  }

  @Override
  public OptionalLong ageNanos(Optional<String> application) {
    return sink.isUp(layer()) ? OptionalLong.of(sink.syncAgeNanos(layer())) : OptionalLong.empty();
  }
}
