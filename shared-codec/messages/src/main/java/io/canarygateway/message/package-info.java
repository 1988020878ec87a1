/**
 * The messages of the event bus: addresses, immutable records and their codecs.
 *
 * <p>A sidecar verticle of a user's own, anywhere on the clustered event bus, needs this package
 * and nothing else of the gateway. The wire form has a version; newer gateways read the messages of
 * older ones.
 */
@NullMarked
package io.canarygateway.message;

import org.jspecify.annotations.NullMarked;
