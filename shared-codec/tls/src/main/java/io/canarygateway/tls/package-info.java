/**
 * Keys and certificates in files: they are read, checked, chosen by name, and replaced while the
 * gateway runs. Uses the JDK alone.
 */
@NullMarked
package io.canarygateway.tls;

import org.jspecify.annotations.NullMarked;
