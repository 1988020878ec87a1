/** Programs that measure the gateway. The scripts of this module run them; see its README. */
@NullMarked
package io.canarygateway.benchmarks;

import org.jspecify.annotations.NullMarked;
