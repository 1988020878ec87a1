package io.canarygateway.route;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The condition of a route: a request fits if it fits every component. Immutable.
 *
 * @param hosts hosts in lower case, exact ({@code shop.example.org}) or with at least one label in
 *     place of a star ({@code *.example.org}); one of them is enough. Empty for every host.
 * @param path the condition on the path
 * @param methods the methods, sorted; case counts. Empty for every method.
 * @param headers the conditions on headers by name, in lower case, sorted. All have to hold.
 * @param query the conditions on query parameters by name, decoded, sorted. All have to hold; the
 *     first value of a parameter counts.
 */
public record RouteMatch(
    List<String> hosts,
    PathMatch path,
    Set<String> methods,
    Map<String, ValueMatch> headers,
    Map<String, ValueMatch> query) {

  /** The condition that every request fits. */
  public static final RouteMatch ALL =
      new RouteMatch(List.of(), PathMatch.ALL, Set.of(), Map.of(), Map.of());

  private static final String TOKEN_SIGNS = "!#$%&'*+-.^_`|~";

  /**
   * Copies the components, drops repeated hosts, and checks names.
   *
   * @param hosts the hosts, in their order
   * @param path the condition on the path
   * @param methods the methods, in any order
   * @param headers the conditions on headers, in any order
   * @param query the conditions on query parameters, in any order
   */
  public RouteMatch {
    hosts = List.copyOf(new LinkedHashSet<>(hosts));
    methods = Collections.unmodifiableSet(new TreeSet<>(methods));
    headers = Collections.unmodifiableMap(new TreeMap<>(headers));
    query = Collections.unmodifiableMap(new TreeMap<>(query));
    hosts.forEach(HostName::checkRoute);
    for (String method : methods) {
      check(isToken(method), method, "a method, such as GET");
    }
    for (String header : headers.keySet()) {
      check(
          isToken(header) && header.chars().noneMatch(c -> c >= 'A' && c <= 'Z'),
          header,
          "the name of a header, in lower case");
    }
    for (String parameter : query.keySet()) {
      check(!parameter.isEmpty(), parameter, "the name of a query parameter");
    }
  }

  private static void check(boolean valid, String found, String expected) {
    if (!valid) {
      throw new IllegalArgumentException("\"" + found + "\" (expected " + expected + ")");
    }
  }

  /** Whether a text is a token, as methods and names of headers are (RFC 9110, 5.6.2). */
  private static boolean isToken(String text) {
    return !text.isEmpty()
        && text.chars()
            .allMatch(
                c ->
                    c >= 'a' && c <= 'z'
                        || c >= 'A' && c <= 'Z'
                        || c >= '0' && c <= '9'
                        || TOKEN_SIGNS.indexOf(c) >= 0);
  }
}
