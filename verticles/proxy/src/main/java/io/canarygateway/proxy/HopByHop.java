package io.canarygateway.proxy;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;

/** Which headers concern one connection only and are not passed on (RFC 9110, 7.6.1). */
final class HopByHop {

  private HopByHop() {}

  /** Whether a header is never passed on. Sorted by length, since this runs for every header. */
  static boolean is(String name) {
    return switch (name.length()) {
      case 2 -> name.equalsIgnoreCase("te");
      case 7 -> name.equalsIgnoreCase("upgrade") || name.equalsIgnoreCase("trailer");
      case 10 -> name.equalsIgnoreCase("connection") || name.equalsIgnoreCase("keep-alive");
      case 16 -> name.equalsIgnoreCase("proxy-connection");
      case 17 -> name.equalsIgnoreCase("transfer-encoding");
      case 18 -> name.equalsIgnoreCase("proxy-authenticate");
      case 19 -> name.equalsIgnoreCase("proxy-authorization");
      default -> false;
    };
  }

  /** Copies what is passed on, without what the {@code Connection} header names besides. */
  static void copyEndToEnd(MultiMap from, MultiMap to) {
    from.forEach(
        (name, value) -> {
          if (!is(name)) {
            to.add(name, value);
          }
        });
    for (String connection : from.getAll(HttpHeaders.CONNECTION)) {
      if (namesMore(connection)) {
        for (String named : connection.split(",")) {
          to.remove(named.trim());
        }
      }
    }
  }

  /** Whether one of the {@code Connection} headers has a token, in any case. */
  static boolean connectionHas(MultiMap headers, String token) {
    for (String connection : headers.getAll(HttpHeaders.CONNECTION)) {
      if (hasToken(connection, token)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a comma-separated header has a token, in any case. */
  static boolean hasToken(String header, String token) {
    if (header == null) {
      return false;
    }
    for (String part : header.split(",")) {
      if (part.trim().equalsIgnoreCase(token)) {
        return true;
      }
    }
    return false;
  }

  private static boolean namesMore(String connection) {
    return !connection.equalsIgnoreCase("keep-alive") && !connection.equalsIgnoreCase("close");
  }
}
