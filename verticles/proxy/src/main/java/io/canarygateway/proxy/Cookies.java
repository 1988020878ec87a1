package io.canarygateway.proxy;

import io.canarygateway.http.HeaderName;
import io.canarygateway.http.RequestHead;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A walk over the cookies of a request, in their order and over all lines. Names count by their
 * case; quotes around a value do not. For use by one thread.
 */
final class Cookies {

  private final RequestHead head;
  private int line = -1;
  private String cookies = "";
  private int start;
  private int equals;
  private int end = -1;

  private Cookies(RequestHead head) {
    this.head = head;
  }

  /** The value of the first cookie with a name; null if there is none. */
  static @Nullable String first(RequestHead head, String name) {
    Cookies walk = new Cookies(head);
    while (walk.next()) {
      if (walk.name().equals(name)) {
        return walk.value();
      }
    }
    return null;
  }

  /** The values by name. Of several cookies with one name, the first one counts. */
  static Map<String, String> all(RequestHead head) {
    Map<String, String> all = new HashMap<>();
    Cookies walk = new Cookies(head);
    while (walk.next()) {
      all.putIfAbsent(walk.name(), walk.value());
    }
    return all;
  }

  private boolean next() {
    while (true) {
      start = end + 1;
      if (start >= cookies.length() && !nextLine()) {
        return false;
      }
      end = cookies.indexOf(';', start);
      end = end < 0 ? cookies.length() : end;
      equals = start;
      while (equals < end && cookies.charAt(equals) != '=') {
        equals++; // Not indexOf: it would look through all that is behind this cookie.
      }
      if (equals < end) {
        return true;
      }
    }
  }

  private boolean nextLine() {
    for (line++; line < head.size(); line++) {
      if (head.known(line) == HeaderName.COOKIE) {
        cookies = head.value(line);
        start = 0;
        return true;
      }
    }
    return false;
  }

  private String name() {
    return cookies.substring(start, equals).trim();
  }

  private String value() {
    String value = cookies.substring(equals + 1, end).trim();
    boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
    return quoted ? value.substring(1, value.length() - 1) : value;
  }
}
