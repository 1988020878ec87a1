package io.canarygateway.flagwatcher;

import io.canarygateway.config.ConfigException;
import io.canarygateway.config.EtcdConfig;
import io.canarygateway.config.Extensions;
import io.canarygateway.config.Extensions.Configured;
import io.canarygateway.config.ExtensionsConfig;
import io.canarygateway.config.FlagValues;
import io.canarygateway.extension.FlagSource;
import io.canarygateway.extension.RolloutSource;
import io.canarygateway.flags.FlagRegistry;
import java.util.List;

/**
 * The flags and the extensions that the configuration document declares.
 *
 * @param flags every flag of the gateway, and those of {@code flags.declare}
 * @param flagSources the extensions that set flags, not opened yet
 * @param rolloutSources the extensions that set the rollout, not opened yet
 */
record Declarations(
    FlagRegistry flags,
    List<Configured<FlagSource>> flagSources,
    List<Configured<RolloutSource>> rolloutSources) {

  /**
   * Reads the declarations. Blocks for files and the class path.
   *
   * @throws ConfigException if a file that the document names cannot be used
   */
  static Declarations of(FlagValues conf) throws ConfigException {
    EtcdConfig.checkFiles(conf);
    ExtensionsConfig extensions = ExtensionsConfig.of(conf);
    return new Declarations(
        conf.registry(),
        Extensions.of(FlagSource.class, extensions),
        Extensions.of(RolloutSource.class, extensions));
  }
}
