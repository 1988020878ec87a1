/** Releases: a new version of canary gets more clients step by step, or none, by evidence. */
@NullMarked
package io.canarygateway.release;

import org.jspecify.annotations.NullMarked;
