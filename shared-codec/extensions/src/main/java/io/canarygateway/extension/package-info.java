/**
 * The interfaces of users' extensions: sources of flags, a source of rollouts, sinks of metrics,
 * factories of interceptors.
 *
 * <p>{@link java.util.ServiceLoader} finds the implementations. The gateway uses those that the
 * configuration's section {@code extensions} names. No interface here needs Vert.x.
 */
@NullMarked
package io.canarygateway.extension;

import org.jspecify.annotations.NullMarked;
