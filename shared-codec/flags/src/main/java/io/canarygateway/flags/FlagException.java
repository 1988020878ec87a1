package io.canarygateway.flags;

import java.util.List;
import java.util.stream.Collectors;

/** Values that were refused: every fault, not just the first. Nothing was changed. */
public final class FlagException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  /** An exception for at least one problem. */
  public FlagException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("; ")));
    this.problems = List.copyOf(problems);
  }

  /** The faults, in the order of the flags' names. */
  public List<Problem> problems() {
    return problems;
  }
}
