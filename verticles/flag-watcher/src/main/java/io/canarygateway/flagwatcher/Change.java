package io.canarygateway.flagwatcher;

import io.canarygateway.flags.Problem;
import java.util.Optional;

/**
 * A request of a source to set a flag in its layer, or to remove the flag from it, so that the
 * layer below is in force again.
 *
 * @param layer the source's layer
 * @param flag the name of a declared flag, or of its {@code NAME_path} companion
 * @param text the new value in canonical form, valid by itself; empty to remove the value
 * @param origin the place in the source, for people; may be an empty string
 * @param by the person or token that wants it; empty if that is not known
 */
record Change(Layer layer, String flag, Optional<String> text, String origin, String by) {

  Change(Layer layer, String flag, Optional<String> text, String origin) {
    this(layer, flag, text, origin, "");
  }

  static Change set(Layer layer, String flag, String text, String origin) {
    return new Change(layer, flag, Optional.of(text), origin);
  }

  static Change remove(Layer layer, String flag, String origin) {
    return new Change(layer, flag, Optional.empty(), origin);
  }

  /** Whether both changes are of the same flag in the same layer, so that the later one counts. */
  boolean replaces(Change other) {
    return layer == other.layer && flag.equals(other.flag);
  }

  /** The problem of this change if its value is good, but conflicts with other settings. */
  Problem unfitting(Problem conflict) {
    return new Problem(
        flag,
        text.map(Problem::quote).orElse("nothing"),
        conflict.key().equals(flag)
            ? conflict.expected()
            : "a value that fits the rest; " + conflict);
  }
}
