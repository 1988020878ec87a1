package io.canarygateway.decision;

/**
 * How far one limit is used up.
 *
 * @param used what counts against it now; above the limit if that was lowered, or if requests with
 *     {@code X-Canary: true} failed
 * @param limit the limit; 0 means none
 * @param reached whether nothing of it is left
 */
public record LimitUse(long used, long limit, boolean reached) {}
