package io.canarygateway.route;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The headers and query parameters of one request, read when a route asks for them. Many routes may
 * ask in turn: the query is decoded once, and the last header is remembered.
 */
final class RequestValues {

  private final RequestView request;
  private @Nullable Map<String, String> parameters;
  private @Nullable String lastHeader;
  private @Nullable String lastValue;

  RequestValues(RequestView request) {
    this.request = request;
  }

  /** The value of a header; null if the request has none of that name. */
  @Nullable String header(String name) {
    if (!name.equals(lastHeader)) {
      lastValue = request.header(name);
      lastHeader = name;
    }
    return lastValue;
  }

  /** The first value of a query parameter; null if the query has none of that name. */
  @Nullable String parameter(String name) {
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
      int equals = query.indexOf('=', start);
      int nameEnd = equals >= 0 && equals < end ? equals : end;
      decoded.putIfAbsent(
          PercentCoding.decodeForm(query, start, nameEnd),
          PercentCoding.decodeForm(query, Math.min(nameEnd + 1, end), end));
      start = end + 1;
    }
    return decoded;
  }
}
