package io.canarygateway.flags;

import java.util.Optional;

/**
 * Flags that are declared by a pattern of names, such as {@code routes.NAME.strategy}. They exist
 * as soon as a source sets them. Immutable; safe for use by any thread.
 */
public interface FlagFamily {

  /**
   * Finds a flag.
   *
   * @param name any text
   * @return the flag of this name, which has no default; empty if the pattern has no such name
   */
  Optional<Flag<?>> find(String name);

  /**
   * Checks whether a name can be a section of a document that holds flags of this family.
   *
   * @param name any text, such as {@code routes} or {@code routes.shop}
   * @return whether names of this family begin with {@code name} and a dot
   */
  boolean isSection(String name);

  /**
   * Finds the name that is most like a misspelt one.
   *
   * @param name a name that {@link #find} does not know
   * @return the nearest name or a description of one; empty if {@code name} is not like a name of
   *     this family
   */
  Optional<String> nearest(String name);
}
