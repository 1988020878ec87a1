package io.canarygateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** The names and values of headers in settings. */
final class HeaderNames {

  static final String EXPECTED = "a header name as HTTP allows it";

  static final String COOKIE_EXPECTED = "a cookie name as HTTP allows it";

  static final String CHANGED_EXPECTED =
      "a header that a filter may change, so none of Host, Content-Length and the headers about"
          + " the connection";

  static final String VALUE_EXPECTED = "a header value: at most 4096 characters, no line breaks";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}");
  private static final Pattern VALUE = Pattern.compile("([!-~]([ \\t!-~]{0,4094}[!-~])?)?");

  private static final Set<String> FRAMING =
      Set.of(
          "connection",
          "content-length",
          "expect",
          "host",
          "keep-alive",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "via");

  private HeaderNames() {}

  /** A name in lower case. */
  static String lowerCase(String name) {
    return checked(name).toLowerCase(Locale.ROOT);
  }

  /** The name of a cookie, whose case counts. */
  static String cookie(String name) {
    return checked(name);
  }

  /** A name that a filter may set, add or remove, as it was written. */
  static String changed(String name) {
    // Many servers take an underscore for a dash.
    if (FRAMING.contains(lowerCase(name).replace('_', '-'))) {
      throw new IllegalArgumentException(name);
    }
    return name;
  }

  private static String checked(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(name);
    }
    return name;
  }

  /** A value that can be sent. */
  static String value(String path, JsonNode value) {
    if (!value.isTextual() || !VALUE.matcher(value.textValue()).matches()) {
      throw JsonFields.fault(path, value, VALUE_EXPECTED);
    }
    return value.textValue();
  }
}
