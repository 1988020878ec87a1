package io.canarygateway.http;

import java.util.ArrayList;
import java.util.List;

/**
 * The content of all {@code Connection} header lines of a message (RFC 9110, 7.6.1). Immutable.
 *
 * @param close whether the connection ends with this message
 * @param keepAlive whether the connection is to be kept, which only HTTP/1.0 has to say
 * @param upgrade whether the {@code Upgrade} header counts
 * @param named other headers that concern this connection alone, in lower case
 */
record ConnectionOptions(boolean close, boolean keepAlive, boolean upgrade, List<String> named) {

  private static final ConnectionOptions NONE =
      new ConnectionOptions(false, false, false, List.of());
  static final ConnectionOptions CLOSE = new ConnectionOptions(true, false, false, List.of());

  /** HTTP/2 has none. */
  static final ConnectionOptions H2 = NONE;

  /** A WebSocket by HTTP/2 is asked for as by {@code Connection: Upgrade}. */
  static final ConnectionOptions H2_WEB_SOCKET =
      new ConnectionOptions(false, false, true, List.of());

  private static final ConnectionOptions KEEP_ALIVE =
      new ConnectionOptions(false, true, false, List.of());

  /** Each name is compared with each header line, so the number is limited. */
  private static final int MAX_NAMED = 32;

  /**
   * Reads the options of a message. The common values need no new objects.
   *
   * @throws MalformedException if too many headers are named
   */
  static ConnectionOptions of(Head head) throws MalformedException {
    int line = head.indexOf(HeaderName.CONNECTION);
    if (line < 0) {
      return NONE;
    }
    if (head.count(HeaderName.CONNECTION) == 1) {
      if (head.valueIs(line, "keep-alive")) {
        return KEEP_ALIVE;
      }
      if (head.valueIs(line, "close")) {
        return CLOSE;
      }
    }
    return parse(String.join(",", head.all(HeaderName.CONNECTION)));
  }

  private static ConnectionOptions parse(String options) throws MalformedException {
    boolean close = false;
    boolean keepAlive = false;
    boolean upgrade = false;
    List<String> named = new ArrayList<>();
    for (String part : options.split(",")) {
      String option = part.trim().toLowerCase(java.util.Locale.ROOT);
      switch (option) {
        case "close" -> close = true;
        case "keep-alive" -> keepAlive = true;
        case "upgrade" -> upgrade = true;
        case "" -> {}
        default -> named.add(option);
      }
    }
    if (named.size() > MAX_NAMED) {
      throw MalformedException.of("Connection names too many headers");
    }
    return new ConnectionOptions(close, keepAlive, upgrade, List.copyOf(named));
  }

  /** Whether the options name a header line, so that it concerns this connection alone. */
  boolean names(Head head, int line) {
    for (String name : named) {
      if (head.isNamed(line, name)) {
        return true;
      }
    }
    return false;
  }
}
