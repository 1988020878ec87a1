package io.canarygateway.proxy;

import io.canarygateway.config.RouteConfig;
import io.canarygateway.http.RequestHead;
import io.canarygateway.route.NormalPath;
import io.canarygateway.route.PathMatch;
import org.jspecify.annotations.Nullable;

/**
 * The change of a route to the path of a request. Main, canary and sidecar get the same path.
 * Immutable.
 *
 * <p>{@code rewrite-prefix} comes first. It replaces the matched prefix of the path in normal form
 * ({@link NormalPath}), since that is the path that was matched. The rest stays in normal form:
 * with {@code /cart} replaced by {@code /x}, {@code /cart/./a} becomes {@code /x/a}, and {@code
 * /cart} becomes {@code /x}. Several slashes behind the prefix become one: a target never gets
 * {@code //host}, which it could send back as a redirect to another host.
 *
 * <p>{@code trim-prefix} is canary-router's. It removes a text from the front of the result.
 * Without {@code rewrite-prefix} that is the path as it arrived.
 *
 * @param prefix the prefix that is replaced, in normal form and without a slash at its end, but
 *     {@code /} for all paths; null if none is
 * @param replacement the text in place of the prefix; it begins with a slash
 * @param trimPrefix the text that is removed, or empty
 */
record PathChange(@Nullable String prefix, String replacement, String trimPrefix) {

  private static final String ROOT = "/";

  static PathChange of(RouteConfig config) {
    String trimPrefix = config.routing().trimPrefix();
    String replacement = config.filters().rewritePrefix().orElse(null);
    return replacement != null && config.match().path() instanceof PathMatch.Prefix matched
        ? new PathChange(matched.path(), replacement, trimPrefix)
        : new PathChange(null, "", trimPrefix);
  }

  /** Whether each path stays as it arrived. */
  boolean isNone() {
    return prefix == null && trimPrefix.isEmpty();
  }

  /** Whether a prefix is replaced, so that the path needs a normal form. */
  boolean rewrites() {
    return prefix != null;
  }

  /** The path of a request for a target. If a prefix is replaced, the path has a normal form. */
  String apply(RequestHead head) {
    String path = head.path();
    if (rewrites()) {
      String normal = NormalPath.of(path);
      path = normal == null ? path : rewritten(normal);
    }
    return path.startsWith(trimPrefix) ? path.substring(trimPrefix.length()) : path;
  }

  /** A path in normal form that begins with the prefix, with the replacement in its place. */
  String rewritten(String normalPath) {
    if (prefix == null || !normalPath.startsWith(prefix)) {
      return normalPath;
    }
    if (normalPath.length() == prefix.length()) {
      return replacement;
    }
    int rest = prefix.equals(ROOT) ? 0 : prefix.length();
    while (rest < normalPath.length() && normalPath.charAt(rest) == '/') {
      rest++;
    }
    String start = replacement.endsWith(ROOT) ? replacement : replacement + ROOT;
    return start + normalPath.substring(rest);
  }
}
