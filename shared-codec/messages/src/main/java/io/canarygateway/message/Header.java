package io.canarygateway.message;

/**
 * One header line of a request.
 *
 * @param name the name in the client's spelling
 * @param value the value
 */
public record Header(String name, String value) {}
