package io.canarygateway.message;

import java.util.Optional;

/**
 * An operator's request to override a flag on all nodes, sent to {@link Addresses#FLAG_OVERRIDE}.
 * The answer is an {@link OverrideResult}, or a failure with a message for people and one of the
 * codes below.
 *
 * @param flag the flag's name
 * @param value the value as JSON, in the flag's form or as its text in a JSON string; empty to
 *     remove the override
 * @param by who overrides, for the journal
 */
public record OverrideCommand(String flag, Optional<String> value, String by) {

  /** The value is not one of the flag, or does not fit the other settings. */
  public static final int BAD_REQUEST = 400;

  /** There is no flag of this name. */
  public static final int NOT_FOUND = 404;

  /** The flag is static, so only a restart can change it. */
  public static final int CONFLICT = 409;
}
