/**
 * The judge of releases: evidence from counts of failed and slow clients. The evidence is always
 * valid: it may be looked at after every request. Uses no Vert.x.
 */
@NullMarked
package io.canarygateway.judge;

import org.jspecify.annotations.NullMarked;
