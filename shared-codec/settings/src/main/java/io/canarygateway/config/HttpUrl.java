package io.canarygateway.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An absolute {@code http} or {@code https} URL of an upstream or a sidecar, split into its parts.
 *
 * @param tls whether the scheme is {@code https}
 * @param host the host, without brackets
 * @param port 1 to 65535; the scheme's default if the URL has none
 * @param path the path, percent-encoded; empty or starting with {@code /}
 * @param query the query without {@code ?}, or empty
 * @param authority host and port in the form of a {@code Host} header
 */
public record HttpUrl(
    boolean tls, String host, int port, String path, String query, String authority) {

  /** What a URL has to look like, to follow "expected" in an error. */
  public static final String EXPECTED =
      "an absolute http or https URL such as http://127.0.0.1:8080";

  /** What a JSON Schema says of a URL. */
  static final Map<String, Object> SCHEMA =
      Map.of("pattern", "^[Hh][Tt][Tt][Pp][Ss]?://[^\\s/?#@]+([/?][^\\s#]*)?$");

  /**
   * Reads a URL. User information is refused because it would put a password into logs. A fragment
   * is refused because it has no meaning here.
   *
   * @param text the URL
   * @return its parts
   * @throws IllegalArgumentException if the text is not an absolute http or https URL
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
   * Joins this URL's path and query with a request's, as Go's single-host reverse proxy does.
   * Exactly one slash separates the paths, and this URL's query comes first.
   *
   * @param requestPath the request's path, percent-encoded; may be empty
   * @param requestQuery the request's query without {@code ?}; null if there is none
   * @return the target of the request line
   */
  public String join(String requestPath, @Nullable String requestQuery) {
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

  /** {@return the URL as it was written, with the scheme in lower case} */
  @Override
  public String toString() {
    return (tls ? "https://" : "http://") + authority + path + (query.isEmpty() ? "" : "?" + query);
  }
}
