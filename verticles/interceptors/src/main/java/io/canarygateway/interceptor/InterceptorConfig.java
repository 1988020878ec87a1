package io.canarygateway.interceptor;

import io.canarygateway.config.ExtensionsConfig;
import io.canarygateway.config.GatewayConfig;

/**
 * The static settings of the interceptors' server. Immutable.
 *
 * @param instances the number of instances, one for each event loop; at least 1
 * @param maxHeadBytes the largest request head that the gateway takes from clients
 * @param extensions the settings of interceptors
 */
public record InterceptorConfig(int instances, int maxHeadBytes, ExtensionsConfig extensions) {

  /**
   * Takes the interceptors' part of the settings.
   *
   * @param instances the number of event loops
   */
  public static InterceptorConfig of(GatewayConfig config, int instances) {
    return new InterceptorConfig(instances, config.server().maxHeadBytes(), config.extensions());
  }
}
