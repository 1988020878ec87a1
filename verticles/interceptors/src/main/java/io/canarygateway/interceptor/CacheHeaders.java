package io.canarygateway.interceptor;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The {@code Cache-Control} header of a response whose values vertx-http-proxy 5.0 cannot read: it
 * would answer 502 for {@code Expires: 0}, which is common. The header is hidden from it and put
 * back before interceptors see the response.
 *
 * @param values the header's values; empty if it was not hidden
 */
record CacheHeaders(List<String> values) {

  /** Nothing was hidden. */
  static final CacheHeaders NONE = new CacheHeaders(List.of());

  private static final Pattern MAX_AGE = Pattern.compile("max-age=[+-]?[0-9]{1,9}");

  /** Hides the header of a response if need be. */
  static CacheHeaders hide(MultiMap headers) {
    String control = headers.get(HttpHeaders.CACHE_CONTROL);
    if (control == null || isReadable(control, headers)) {
      return NONE;
    }
    CacheHeaders hidden = new CacheHeaders(headers.getAll(HttpHeaders.CACHE_CONTROL));
    headers.remove(HttpHeaders.CACHE_CONTROL);
    return hidden;
  }

  /** Puts the header back. */
  void restore(MultiMap headers) {
    if (!values.isEmpty()) {
      headers.add("Cache-Control", values);
    }
  }

  private static boolean isReadable(String control, MultiMap headers) {
    boolean usesDates = false;
    for (String part : control.split(",")) {
      String directive = part.trim().toLowerCase(Locale.ROOT);
      if (directive.startsWith("max-age=") && !MAX_AGE.matcher(directive).matches()) {
        return false;
      }
      usesDates |= directive.equals("public");
    }
    String date = headers.get(HttpHeaders.DATE);
    String expires = headers.get(HttpHeaders.EXPIRES);
    return !usesDates || date == null || expires == null || isDate(date) && isDate(expires);
  }

  private static boolean isDate(@Nullable String text) {
    try {
      DateTimeFormatter.RFC_1123_DATE_TIME.parse(text);
      return true;
    } catch (DateTimeException e) {
      return false;
    }
  }
}
