/**
 * The gateway's settings: their catalogue, how a document is read, and the typed records made of
 * them.
 */
package io.canarygateway.config;
