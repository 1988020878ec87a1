package io.canarygateway.config;

import io.canarygateway.flags.Problem;
import java.util.ArrayList;
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

  /** Something that may find faults. */
  public interface Check {
    /** Checks. */
    void run() throws ConfigException;
  }

  /**
   * Runs all checks, whatever the first ones find.
   *
   * @throws ConfigException with the faults of all
   */
  public static void checkAll(Check... checks) throws ConfigException {
    List<Problem> found = new ArrayList<>();
    for (Check check : checks) {
      try {
        check.run();
      } catch (ConfigException e) {
        found.addAll(e.problems());
      }
    }
    if (!found.isEmpty()) {
      throw new ConfigException(found);
    }
  }

  /** The faults, in the order of the document, then what is missing. */
  public List<Problem> problems() {
    return problems;
  }
}
