package io.canarygateway.flagwatcher;

import java.time.Duration;

/**
 * A source that may say what the rollout is.
 *
 * @param layer its layer
 * @param unhealthy how old its reading may be
 */
record RolloutOrigin(Layer layer, Duration unhealthy) {}
