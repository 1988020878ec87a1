/**
 * The composition root: reads the command line and the configuration document, chooses a transport,
 * deploys the verticles and drains them at the end.
 */
@NullMarked
package io.canarygateway.launcher;

import org.jspecify.annotations.NullMarked;
