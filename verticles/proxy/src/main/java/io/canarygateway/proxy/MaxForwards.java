package io.canarygateway.proxy;

import io.canarygateway.http.HeaderName;
import io.canarygateway.http.RequestHead;

/** How many more servers may pass an OPTIONS request on (RFC 9110, 7.6.2). */
final class MaxForwards {

  private static final int MAX_DIGITS = 9;

  private MaxForwards() {}

  /** Whether a request may not be passed on any more. */
  static boolean endsHere(RequestHead head) {
    if (!head.method().equals("OPTIONS")) {
      return false;
    }
    String hops = head.first(HeaderName.MAX_FORWARDS);
    return hops != null && isNumber(hops) && Integer.parseInt(hops) == 0;
  }

  /** The number for the next server; what is no number stays. */
  static String oneLess(String hops) {
    return isNumber(hops) ? Integer.toString(Math.max(0, Integer.parseInt(hops) - 1)) : hops;
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_DIGITS
        && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
