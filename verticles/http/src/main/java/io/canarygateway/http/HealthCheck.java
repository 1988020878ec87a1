package io.canarygateway.http;

import java.time.Duration;

/**
 * The settings of active health checks. Each address is asked by {@code GET}; a status of 2xx or
 * 3xx is a success. Immutable.
 *
 * @param path the path with its query; begins with {@code /}
 * @param host the {@code Host} header; empty for that of the server's URL
 * @param every the time from the end of a check to the begin of the next; above 0
 * @param timeout the longest time of a check; above 0
 * @param healthy the number of successes in a row that end the state unhealthy; at least 1
 * @param unhealthy the number of failures in a row that begin it; at least 1
 */
public record HealthCheck(
    String path, String host, Duration every, Duration timeout, int healthy, int unhealthy) {}
