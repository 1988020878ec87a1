/**
 * What users may add to the gateway: sources of flags, a source of rollouts, sinks of metrics. Each
 * is an interface whose implementations are found by {@link java.util.ServiceLoader}, and used if
 * the configuration's {@code extensions} names them. Nothing here needs Vert.x.
 */
package io.canarygateway.extension;
