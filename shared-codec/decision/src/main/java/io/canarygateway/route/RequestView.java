package io.canarygateway.route;

import org.jspecify.annotations.Nullable;

/**
 * A request, as far as routes depend on it. Texts are as they arrived, one char for a byte (ISO
 * 8859-1). {@link RouteMatcher} reads a header or the query only if a route depends on it.
 */
public interface RequestView {

  /**
   * {@return the host, of any case, maybe with a port, maybe with a dot at its end, maybe an IPv6
   * address in brackets; null if there is none}
   */
  @Nullable String host();

  /** {@return the method} */
  String method();

  /** {@return the path, percent-encoded, without the query} */
  String path();

  /**
   * Reads a header.
   *
   * @param name its name in lower case
   * @return the values of all its lines, joined with commas; null if there is no such line
   */
  @Nullable String header(String name);

  /** {@return the query without its question mark, percent-encoded; null if there is none} */
  @Nullable String query();
}
