package io.canarygateway.proxy;

import org.jspecify.annotations.Nullable;

/**
 * The value of the header {@code traceparent} of W3C Trace Context, level 2. Immutable.
 *
 * @param traceId the trace, 32 hexadecimal digits
 * @param spanId the span that the request is a part of, 16 hexadecimal digits
 * @param sampled whether the sender may have recorded that span
 * @param random whether the last 56 bits of the trace's id are random
 */
record Traceparent(String traceId, String spanId, boolean sampled, boolean random) {

  static final String HEADER = "traceparent";

  static final int TRACE_START = 3;
  static final int TRACE_END = 35;
  static final int SPAN_START = 36;
  private static final int SPAN_END = 52;
  private static final int FLAGS_START = 53;
  private static final int LENGTH = 55;
  private static final int SAMPLED = 1;
  private static final int RANDOM = 2;

  /**
   * Reads a value: {@code version-trace-span-flags}. A version above 00 may have more behind
   * another dash.
   *
   * @return null if the value is malformed, so that a new trace begins
   */
  static @Nullable Traceparent parse(String text) {
    if (!isValid(text)) {
      return null;
    }
    int flags = Character.digit(text.charAt(LENGTH - 1), 16);
    return new Traceparent(
        text.substring(TRACE_START, TRACE_END),
        text.substring(SPAN_START, SPAN_END),
        (flags & SAMPLED) != 0,
        (flags & RANDOM) != 0);
  }

  private static boolean isValid(String text) {
    int length = text.length();
    return (length == LENGTH
            || length > LENGTH && text.charAt(LENGTH) == '-' && !text.startsWith("00"))
        && !text.startsWith("ff")
        && isHex(text, 0, TRACE_START - 1)
        && text.charAt(TRACE_START - 1) == '-'
        && isId(text, TRACE_START, TRACE_END)
        && text.charAt(TRACE_END) == '-'
        && isId(text, SPAN_START, SPAN_END)
        && text.charAt(SPAN_END) == '-'
        && isHex(text, FLAGS_START, LENGTH);
  }

  /** Lower-case digits that are not all zero. */
  private static boolean isId(String text, int start, int end) {
    if (!isHex(text, start, end)) {
      return false;
    }
    for (int i = start; i < end; i++) {
      if (text.charAt(i) != '0') {
        return true;
      }
    }
    return false;
  }

  private static boolean isHex(String text, int start, int end) {
    for (int i = start; i < end; i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }

  /** The same for a request that is a part of another span of the trace. */
  Traceparent within(String otherSpan) {
    return new Traceparent(traceId, otherSpan, sampled, random);
  }

  /** {@return the header's value, of version 00; flags without a meaning yet are 0} */
  @Override
  public String toString() {
    int flags = (sampled ? SAMPLED : 0) | (random ? RANDOM : 0);
    return "00-" + traceId + "-" + spanId + "-0" + flags;
  }
}
