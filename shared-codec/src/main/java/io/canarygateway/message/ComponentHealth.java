package io.canarygateway.message;

/**
 * The health of one part of the gateway.
 *
 * @param component its name, {@code proxy} for example
 * @param ready whether it can do its work
 * @param detail one line for operators, or an empty string
 */
public record ComponentHealth(String component, boolean ready, String detail) {}
