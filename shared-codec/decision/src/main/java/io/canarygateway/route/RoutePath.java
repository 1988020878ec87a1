package io.canarygateway.route;

/** The rules for a path in the configuration of a route; Gateway API has the same. */
final class RoutePath {

  private RoutePath() {}

  /**
   * Checks a path.
   *
   * @throws IllegalArgumentException if no request in its normal form has this path, or if the path
   *     has an empty segment
   */
  static void check(String path) {
    if (!path.startsWith("/")) {
      throw refused(path, "a path that begins with /");
    }
    if (path.indexOf('?') >= 0 || path.indexOf('#') >= 0) {
      throw refused(path, "a path without ? and #");
    }
    String normal = NormalPath.of(path);
    if (normal == null) {
      throw refused(path, "a path without control characters, \\ and broken % sequences");
    }
    if (!normal.equals(path)) {
      throw refused(path, "the path in its normal form, " + normal);
    }
    if (path.contains("//")) {
      throw refused(path, "a path without //");
    }
  }

  private static IllegalArgumentException refused(String path, String expected) {
    return new IllegalArgumentException("\"" + path + "\" (expected " + expected + ")");
  }
}
