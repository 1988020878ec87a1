package io.canarygateway.proxy;

import io.canarygateway.config.Redirect;
import io.canarygateway.http.RequestHead;
import org.jspecify.annotations.Nullable;

/**
 * The redirect that answers each request of a route, by the rules of Gateway API for {@code
 * RequestRedirect}. Immutable.
 *
 * <ul>
 *   <li>A part that is not set is that of the request: its scheme, the host and port of its {@code
 *       Host} header, its path in normal form. The query always stays.
 *   <li>If the scheme is set and the port is not, the port is the scheme's default.
 *   <li>A port that is the scheme's default is left out.
 *   <li>Without a path, {@code rewrite-prefix} replaces the matched prefix of the request's path.
 * </ul>
 *
 * @param redirect the settings
 * @param path the change to the path of a request
 */
record Redirection(Redirect redirect, PathChange path) {

  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  /** Characters of a query that some clients send, but a URL must not have (RFC 3986, 3.4). */
  private static final String NOT_IN_QUERY = "\"<>\\^`{|}[]";

  /** The status of the response. */
  int status() {
    return redirect.status();
  }

  /** The reason phrase of the response. */
  String reason() {
    return switch (status()) {
      case 301 -> "Moved Permanently";
      case 303 -> "See Other";
      case 307 -> "Temporary Redirect";
      case 308 -> "Permanent Redirect";
      default -> "Found";
    };
  }

  /**
   * The URL that the client is sent to.
   *
   * @param normalPath the path of the request in normal form
   * @param https whether the client used HTTPS
   * @return the URL; null if it needs the request's host, and the request has none that is plain
   */
  @Nullable String location(RequestHead head, String normalPath, boolean https) {
    HostPort asked = HostPort.of(head.host());
    String host = redirect.host().orElse(asked == null ? null : asked.host());
    if (host == null) {
      return null;
    }
    String scheme = redirect.scheme().orElse(https ? "https" : "http");
    StringBuilder url = new StringBuilder(scheme).append("://").append(host);
    int port = redirect.port().orElse(portBeside(asked));
    if (port != HostPort.NO_PORT && port != (scheme.equals("https") ? HTTPS_PORT : HTTP_PORT)) {
      url.append(':').append(port);
    }
    url.append(redirect.path().orElseGet(() -> path.rewritten(normalPath)));
    String query = head.query();
    if (query != null) {
      appendQuery(url.append('?'), query);
    }
    return url.toString();
  }

  private int portBeside(@Nullable HostPort asked) {
    return redirect.scheme().isPresent() || asked == null ? HostPort.NO_PORT : asked.port();
  }

  private static void appendQuery(StringBuilder url, String query) {
    for (int i = 0; i < query.length(); i++) {
      char c = query.charAt(i);
      if (c < 0x80 && NOT_IN_QUERY.indexOf(c) < 0) {
        url.append(c);
      } else {
        TargetPath.encode(url, c);
      }
    }
  }
}
