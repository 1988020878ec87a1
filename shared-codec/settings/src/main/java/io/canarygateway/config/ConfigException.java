package io.canarygateway.config;

import io.canarygateway.flags.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** An invalid configuration, with all of its problems. */
public final class ConfigException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  /**
   * Creates an exception.
   *
   * @param problems the problems; at least one
   */
  public ConfigException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("; ")));
    this.problems = List.copyOf(problems);
  }

  /** A check of a configuration. */
  public interface Check {
    /**
     * Runs the check.
     *
     * @throws ConfigException with every problem that it finds
     */
    void run() throws ConfigException;
  }

  /**
   * Runs all checks, also after one has found problems.
   *
   * @param checks the checks
   * @throws ConfigException with the problems of all checks
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

  /** {@return the problems: first those in the document, in its order, then missing keys} */
  public List<Problem> problems() {
    return problems;
  }
}
