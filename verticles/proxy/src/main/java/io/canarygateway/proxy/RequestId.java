package io.canarygateway.proxy;

import io.canarygateway.http.RequestHead;
import java.util.random.RandomGenerator;

/** The id by which a request is found in logs. Stateless. */
final class RequestId {

  /** The header of a request's id. */
  static final String HEADER = "X-Request-Id";

  private static final int MAX_LENGTH = 128;

  private RequestId() {}

  /**
   * The id of a request: the client's if it has exactly one, of 1 to 128 visible ASCII characters;
   * else a new one of 128 random bits.
   */
  static String of(RequestHead head, RandomGenerator random) {
    String sent = null;
    for (int i = 0; i < head.size(); i++) {
      if (head.isNamed(i, HEADER)) {
        if (sent != null) {
          return TraceIds.random(random); // Servers do not agree on which of two lines counts.
        }
        sent = head.value(i);
      }
    }
    return sent != null && isValid(sent) ? sent : TraceIds.random(random);
  }

  private static boolean isValid(String id) {
    int length = id.length();
    if (length == 0 || length > MAX_LENGTH) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (id.charAt(i) <= ' ' || id.charAt(i) >= 0x7f) {
        return false;
      }
    }
    return true;
  }
}
