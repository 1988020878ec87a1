package io.canarygateway.proxy;

import java.util.Set;

/** The methods that spans may name. Others would make as many names as a client likes. */
final class TraceMethods {

  private static final String OTHER = "_OTHER";

  private static final Set<String> KNOWN =
      Set.of(
          "CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE");

  private TraceMethods() {}

  /** The value of {@code http.request.method}. */
  static String known(String method) {
    return KNOWN.contains(method) ? method : OTHER;
  }

  /** The method in the name of a span. */
  static String inName(String method) {
    return KNOWN.contains(method) ? method : "HTTP";
  }
}
