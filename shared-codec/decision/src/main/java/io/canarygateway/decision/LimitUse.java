package io.canarygateway.decision;

/**
 * The use of one limit.
 *
 * @param used the amount that counts against the limit now; above the limit if it was lowered, or
 *     if requests with {@code X-Canary: true} failed
 * @param limit the limit; 0 means none
 * @param reached whether nothing of the limit is left
 */
public record LimitUse(long used, long limit, boolean reached) {}
