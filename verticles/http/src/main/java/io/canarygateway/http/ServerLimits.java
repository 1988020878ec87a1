package io.canarygateway.http;

import java.time.Duration;

/**
 * What clients may take.
 *
 * @param head how large a request's head may be
 * @param readTimeout for a head, and for a pause in a body
 * @param idleTimeout for a connection without a request
 * @param writeTimeout how long a response may be left unread
 */
public record ServerLimits(
    HeadLimits head, Duration readTimeout, Duration idleTimeout, Duration writeTimeout) {}
