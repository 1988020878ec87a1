/**
 * The gateway's settings: the catalogue of flags, the reader of a configuration document, and the
 * typed records that the verticles use.
 */
@NullMarked
package io.canarygateway.config;

import org.jspecify.annotations.NullMarked;
