package io.canarygateway.flags;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Refused values: every fault, not only the first. Whoever catches this exception may rely on it
 * that nothing was changed.
 */
public final class FlagException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  /**
   * Creates an exception.
   *
   * @param problems the faults; at least one
   */
  public FlagException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("; ")));
    this.problems = List.copyOf(problems);
  }

  /** {@return the faults, in the order of the flags' names} */
  public List<Problem> problems() {
    return problems;
  }
}
