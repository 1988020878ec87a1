package io.canarygateway.config;

import io.canarygateway.flags.Problem;
import java.util.List;
import java.util.stream.Collectors;

/** A configuration with faults: all of them, not just the first. */
public final class ConfigException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  /** An exception for at least one problem. */
  public ConfigException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("; ")));
    this.problems = List.copyOf(problems);
  }

  /** The faults, in the order of the document, then what is missing. */
  public List<Problem> problems() {
    return problems;
  }
}
