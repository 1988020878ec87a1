package io.canarygateway.snapshot;

import io.canarygateway.config.CheckedValues;
import io.canarygateway.config.ConfigException;
import io.canarygateway.config.FlagValues;
import io.canarygateway.config.GatewayConfig;

/**
 * All settings at one moment. A request keeps the snapshot that it began with.
 *
 * @param revision grows by one with each change; the first is 1
 * @param values the values that are set, as text
 * @param config the typed settings, with defaults
 */
public record ConfigSnapshot(long revision, FlagValues values, GatewayConfig config) {

  /**
   * Creates a snapshot.
   *
   * @param revision the snapshot's revision
   * @param values the values, each valid by itself
   * @return the snapshot
   * @throws ConfigException if the values do not fit together
   */
  public static ConfigSnapshot of(long revision, FlagValues values) throws ConfigException {
    return new ConfigSnapshot(revision, values, GatewayConfig.of(values));
  }

  /**
   * Creates the snapshot that follows this one. Routes that have not changed keep their objects.
   *
   * @param newValues the values, each valid by itself
   * @return the snapshot of the next revision
   * @throws ConfigException if the values do not fit together
   */
  public ConfigSnapshot next(FlagValues newValues) throws ConfigException {
    return of(revision + 1, CheckedValues.of(newValues, config));
  }

  /**
   * Creates a snapshot of values that have been checked.
   *
   * @param revision the snapshot's revision
   * @param checked the values
   * @return the snapshot
   * @throws ConfigException if the values do not fit together
   */
  public static ConfigSnapshot of(long revision, CheckedValues checked) throws ConfigException {
    return new ConfigSnapshot(revision, checked.values(), checked.config());
  }
}
