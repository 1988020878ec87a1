package io.canarygateway.proxy;

import io.canarygateway.http.HeaderName;
import io.canarygateway.http.RequestHead;

/**
 * The {@code Max-Forwards} header: how many more servers may forward an OPTIONS request (RFC 9110,
 * 7.6.2). Stateless.
 */
final class MaxForwards {

  private static final int MAX_DIGITS = 9;

  private MaxForwards() {}

  /** Whether the gateway has to answer a request itself. */
  static boolean endsHere(RequestHead head) {
    if (!head.method().equals("OPTIONS")) {
      return false;
    }
    String hops = head.first(HeaderName.MAX_FORWARDS);
    return hops != null && isNumber(hops) && Integer.parseInt(hops) == 0;
  }

  /** The value for the next server. A value that is no number stays. */
  static String oneLess(String hops) {
    return isNumber(hops) ? Integer.toString(Math.max(0, Integer.parseInt(hops) - 1)) : hops;
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_DIGITS
        && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
