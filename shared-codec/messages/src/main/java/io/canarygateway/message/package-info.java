/**
 * What the verticles say to each other over the event bus: addresses, immutable messages and their
 * codecs. Public API: a verticle of a user's own, anywhere on the bus, needs nothing but this.
 */
package io.canarygateway.message;
