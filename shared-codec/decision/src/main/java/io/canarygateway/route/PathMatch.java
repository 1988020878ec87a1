package io.canarygateway.route;

import com.google.re2j.Pattern;

/**
 * A condition on the path of a request. It is compared with the path in its normal form ({@link
 * NormalPath}). Immutable.
 */
public sealed interface PathMatch {

  /** The prefix {@code /}: every path fits, and {@code *} of {@code OPTIONS} too. */
  PathMatch ALL = new Prefix("/");

  /**
   * Decides about a path. {@link RouteMatcher} has faster means; this is their definition.
   *
   * @param normalPath a path in its normal form
   * @return whether the path fits
   */
  boolean matches(String normalPath);

  /**
   * Creates a condition that one path fits.
   *
   * @param path the path
   * @return the condition
   * @throws IllegalArgumentException if a route cannot have this path
   */
  static PathMatch exact(String path) {
    return new Exact(path);
  }

  /**
   * Creates a condition that a path and all below it fit.
   *
   * @param path the path; one slash at its end is ignored
   * @return the condition
   * @throws IllegalArgumentException if a route cannot have this path
   */
  static PathMatch prefix(String path) {
    return new Prefix(path);
  }

  /**
   * Creates a condition from a regular expression in RE2's syntax.
   *
   * @param expression the expression, which has to fit the whole path; paths of more than 2,048
   *     characters do not fit
   * @return the condition
   * @throws IllegalArgumentException if the expression is malformed
   */
  static PathMatch regex(String expression) {
    return new Regex(Expressions.compile(expression));
  }

  /**
   * The path is a certain text.
   *
   * @param path the text; case counts, and so does a slash at the end
   */
  record Exact(String path) implements PathMatch {

    /**
     * Checks the path: it begins with a slash, is normal, and has no empty segment.
     *
     * @param path the text
     */
    public Exact {
      RoutePath.check(path);
    }

    @Override
    public boolean matches(String normalPath) {
      return path.equals(normalPath);
    }
  }

  /**
   * The path begins with certain segments: {@code /cart} fits {@code /cart}, {@code /cart/} and
   * {@code /cart/x}, but not {@code /cartoon}.
   *
   * @param path the segments, without a slash at the end; {@code /} for all paths
   */
  record Prefix(String path) implements PathMatch {

    /**
     * Checks the path as {@link Exact} does, and removes a slash at its end.
     *
     * @param path the segments
     */
    public Prefix {
      RoutePath.check(path);
      if (path.length() > 1 && path.endsWith("/")) {
        path = path.substring(0, path.length() - 1);
      }
    }

    @Override
    public boolean matches(String normalPath) {
      return path.equals("/")
          || normalPath.startsWith(path)
              && (normalPath.length() == path.length() || normalPath.charAt(path.length()) == '/');
    }
  }

  /**
   * The whole path fits a regular expression. A path of more than 2,048 characters fits none. Two
   * conditions are equal if the texts and the flags of their expressions are.
   *
   * @param pattern the expression
   */
  record Regex(Pattern pattern) implements PathMatch {
    @Override
    public boolean matches(String normalPath) {
      return Expressions.matches(pattern, normalPath);
    }
  }
}
