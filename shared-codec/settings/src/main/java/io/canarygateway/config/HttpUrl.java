package io.canarygateway.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * An absolute {@code http} or {@code https} URL of an upstream or a sidecar, taken apart once.
 *
 * @param tls whether the scheme is {@code https}
 * @param host the host without brackets
 * @param port 1 to 65535; the scheme's own if none was given
 * @param path the path, empty or starting with {@code /}, still percent-encoded
 * @param query the query without {@code ?}, or empty
 * @param authority host and port as they belong into a {@code Host} header
 */
public record HttpUrl(
    boolean tls, String host, int port, String path, String query, String authority) {

  /** What a URL has to look like. */
  public static final String EXPECTED =
      "an absolute http or https URL such as http://127.0.0.1:8080";

  /**
   * Reads a URL. User information and fragments are refused: neither means anything here, and the
   * first would put a password into logs.
   *
   * @throws IllegalArgumentException if it is not an absolute http or https URL
   */
  public static HttpUrl parse(String text) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    boolean tls = scheme.equals("https");
    if (!tls && !scheme.equals("http")
        || uri.getHost() == null
        || uri.getRawUserInfo() != null
        || uri.getRawFragment() != null
        || uri.getPort() == 0
        || uri.getPort() > 65535) {
      throw new IllegalArgumentException("not an absolute http or https URL: " + text);
    }
    String host = uri.getHost();
    boolean bracketed = host.startsWith("[");
    return new HttpUrl(
        tls,
        bracketed ? host.substring(1, host.length() - 1) : host,
        uri.getPort() > 0 ? uri.getPort() : tls ? 443 : 80,
        uri.getRawPath() == null ? "" : uri.getRawPath(),
        uri.getRawQuery() == null ? "" : uri.getRawQuery(),
        uri.getPort() > 0 ? host + ":" + uri.getPort() : host);
  }

  /**
   * Joins this URL's path and query with a request's, as Go's single-host reverse proxy does:
   * exactly one slash between the paths, this URL's query first.
   *
   * @param requestPath the request's path, percent-encoded; may be empty
   * @param requestQuery the request's query without {@code ?}, may be empty; null if there is none
   * @return what goes into the request line
   */
  public String join(String requestPath, String requestQuery) {
    boolean hasQuery = requestQuery != null;
    if (path.isEmpty() && query.isEmpty() && requestPath.startsWith("/")) {
      return hasQuery ? requestPath + '?' + requestQuery : requestPath;
    }
    StringBuilder joined = new StringBuilder(path);
    boolean slashBefore = path.endsWith("/");
    boolean slashAfter = requestPath.startsWith("/");
    if (slashBefore && slashAfter) {
      joined.append(requestPath, 1, requestPath.length());
    } else if (slashBefore || slashAfter) {
      joined.append(requestPath);
    } else {
      joined.append('/').append(requestPath);
    }
    if (!query.isEmpty() || hasQuery) {
      joined.append('?').append(query);
      if (!query.isEmpty() && hasQuery) {
        joined.append('&');
      }
      if (hasQuery) {
        joined.append(requestQuery);
      }
    }
    return joined.toString();
  }

  /** The URL as it was written, but for the case of the scheme. */
  @Override
  public String toString() {
    return (tls ? "https://" : "http://") + authority + path + (query.isEmpty() ? "" : "?" + query);
  }
}
