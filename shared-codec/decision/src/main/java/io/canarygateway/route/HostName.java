package io.canarygateway.route;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The syntax of host names, in the configuration of routes and in requests. */
final class HostName {

  static final String WILDCARD = "*.";

  /** The longest name in DNS, in characters (RFC 1035, 2.3.4, without the dot at the end). */
  private static final int MAX_LENGTH = 253;

  private HostName() {}

  /**
   * Reads the host of a request: removes a port and a dot at the end, and makes it lower case.
   *
   * @param host the host as it arrived
   * @return the host, the same object if there is nothing to do; null if this is no host name. Such
   *     a request fits only routes without hosts.
   */
  static @Nullable String ofRequest(@Nullable String host) {
    if (host == null) {
      return null;
    }
    int end = endOfName(host);
    if (end < 0 || !isPort(host, end)) {
      return null;
    }
    if (end > 0 && host.charAt(end - 1) == '.') {
      end--;
    }
    if (end > MAX_LENGTH) {
      return null;
    }
    String name = host.substring(0, end);
    name = isLowerCase(name) ? name : name.toLowerCase(Locale.ROOT);
    return isName(name) ? name : null;
  }

  private static int endOfName(String host) {
    if (host.startsWith("[")) {
      return host.indexOf(']') + 1;
    }
    int colon = host.indexOf(':');
    return colon < 0 ? host.length() : colon;
  }

  /** Whether what follows the name is nothing, or a colon and digits. */
  private static boolean isPort(String host, int start) {
    if (start == host.length()) {
      return true;
    }
    if (host.charAt(start) != ':') {
      return false;
    }
    for (int i = start + 1; i < host.length(); i++) {
      if (host.charAt(i) < '0' || host.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  private static boolean isLowerCase(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (name.charAt(i) >= 'A' && name.charAt(i) <= 'Z') {
        return false;
      }
    }
    return true;
  }

  /**
   * Checks a host of a route: a name, {@code *.} and a name, or an IP address.
   *
   * @throws IllegalArgumentException if it is none of these, or not in lower case
   */
  static void checkRoute(String host) {
    String name = isWildcard(host) ? suffix(host) : host;
    if (name.length() > MAX_LENGTH || !isName(name) || isWildcard(host) && name.startsWith("[")) {
      throw new IllegalArgumentException(
          "\""
              + host
              + "\" (expected a host in lower case and without a port, such as shop.example.org or"
              + " *.example.org)");
    }
  }

  static boolean isWildcard(String host) {
    return host.startsWith(WILDCARD);
  }

  /** What a wildcard stands before. */
  static String suffix(String wildcard) {
    return wildcard.substring(WILDCARD.length());
  }

  /** Whether a text is labels with dots between them, or an IPv6 address in brackets. */
  private static boolean isName(String text) {
    if (text.startsWith("[")) {
      return isIpv6(text);
    }
    int label = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '.') {
        if (label == 0) {
          return false;
        }
        label = 0;
      } else if (c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_') {
        label++;
      } else {
        return false;
      }
    }
    return label > 0;
  }

  private static boolean isIpv6(String text) {
    for (int i = 1; i < text.length() - 1; i++) {
      char c = text.charAt(i);
      if (!(c >= 'a' && c <= 'f' || c >= '0' && c <= '9' || c == ':' || c == '.')) {
        return false;
      }
    }
    return text.length() > 2 && text.endsWith("]");
  }
}
