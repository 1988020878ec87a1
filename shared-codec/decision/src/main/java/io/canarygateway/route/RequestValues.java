package io.canarygateway.route;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The headers and query parameters of one request, read when a condition asks for them. Many
 * conditions may ask in turn: the query is decoded once, and the last header is remembered. For use
 * by one thread.
 */
public final class RequestValues {

  private final RequestView request;
  private @Nullable Map<String, String> parameters;
  private @Nullable String lastHeader;
  private @Nullable String lastValue;

  /**
   * Reads nothing yet.
   *
   * @param request the request
   */
  public RequestValues(RequestView request) {
    this.request = request;
  }

  /**
   * Reads a header.
   *
   * @param name its name in lower case
   * @return the values of all its lines, joined with commas; null if there is no such line
   */
  public @Nullable String header(String name) {
    if (!name.equals(lastHeader)) {
      lastValue = request.header(name);
      lastHeader = name;
    }
    return lastValue;
  }

  /**
   * Reads a query parameter. Names and values are percent-decoded, and a plus sign is a blank.
   *
   * @param name its name, decoded
   * @return its first value; null if the query has no parameter of that name
   */
  public @Nullable String parameter(String name) {
    if (parameters == null) {
      String query = request.query();
      parameters = query == null ? Map.of() : decode(query);
    }
    return parameters.get(name);
  }

  private static Map<String, String> decode(String query) {
    Map<String, String> decoded = new HashMap<>();
    int start = 0;
    while (start < query.length()) {
      int end = query.indexOf('&', start);
      if (end < 0) {
        end = query.length();
      }
      int nameEnd = start;
      while (nameEnd < end && query.charAt(nameEnd) != '=') {
        nameEnd++; // Not indexOf: it would look through all that is behind this parameter.
      }
      decoded.putIfAbsent(
          PercentCoding.decodeForm(query, start, nameEnd),
          PercentCoding.decodeForm(query, Math.min(nameEnd + 1, end), end));
      start = end + 1;
    }
    return decoded;
  }
}
