package io.canarygateway.snapshot;

import io.canarygateway.config.ConfigException;
import io.canarygateway.config.FlagValues;
import io.canarygateway.config.GatewayConfig;

/**
 * All settings at one moment. A request keeps the snapshot that it began with.
 *
 * @param revision grows by one with each change; the first is 1
 * @param values what was set, as text
 * @param config the same, typed, with defaults
 */
public record ConfigSnapshot(long revision, FlagValues values, GatewayConfig config) {

  /**
   * A snapshot of values.
   *
   * @throws ConfigException if the values do not fit together
   */
  public static ConfigSnapshot of(long revision, FlagValues values) throws ConfigException {
    return new ConfigSnapshot(revision, values, GatewayConfig.of(values));
  }
}
