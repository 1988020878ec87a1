package io.canarygateway.flagwatcher;

import java.time.Duration;

/**
 * The rollout of one source.
 *
 * @param layer the source's layer
 * @param unhealthy the age from which a reading does not count any more
 */
record RolloutOrigin(Layer layer, Duration unhealthy) {}
