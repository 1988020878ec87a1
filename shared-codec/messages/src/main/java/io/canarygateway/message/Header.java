package io.canarygateway.message;

/**
 * One header of a request.
 *
 * @param name the name as the client spelled it
 * @param value the value
 */
public record Header(String name, String value) {}
