package io.canarygateway.http;

import java.time.Duration;

/**
 * The limits for a client.
 *
 * @param head the largest request head
 * @param readTimeout how long a head may take, and how long a body may pause
 * @param idleTimeout how long a connection may have no request
 * @param writeTimeout how long a response may stay unread
 */
public record ServerLimits(
    HeadLimits head, Duration readTimeout, Duration idleTimeout, Duration writeTimeout) {}
