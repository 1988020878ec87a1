package io.canarygateway.flagwatcher;

import io.canarygateway.flags.Problem;

/**
 * What a source wants: a flag set or its value removed, so that the layer below shows again.
 *
 * @param layer the source's layer
 * @param flag the name of a declared flag, or the companion of one
 * @param text the new value in its canonical form, valid by itself; null to remove the value
 * @param origin where in the source it stands, for people; may be empty
 */
record Change(Layer layer, String flag, String text, String origin) {

  /** Whether this is a later word of the same source on the same flag. */
  boolean replaces(Change other) {
    return layer == other.layer && flag.equals(other.flag);
  }

  /** What is wrong with the change if all that is wrong is that it does not fit the rest. */
  Problem unfitting(Problem conflict) {
    return new Problem(
        flag,
        text == null ? "nothing" : Problem.quote(text),
        conflict.key().equals(flag)
            ? conflict.expected()
            : "a value that fits the rest; " + conflict);
  }
}
