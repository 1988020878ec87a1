package io.canarygateway.http;

import java.nio.charset.StandardCharsets;

/** The first line of a message: a request line or a status line. Immutable. */
sealed interface FirstLine {

  /** The kinds of head, which differ in their first line. */
  enum Kind {
    REQUEST,
    RESPONSE,
    /** Header lines without a first line, as in trailers. */
    NONE
  }

  /** A request line. */
  record OfRequest(String method, boolean http10, RequestTarget target) implements FirstLine {}

  /** A status line. */
  record OfResponse(int status, boolean http10, int reasonStart, int reasonEnd)
      implements FirstLine {}

  /** The head of the request that begins with this line. */
  default RequestHead request(Head lines) {
    OfRequest line = (OfRequest) this;
    return new RequestHead(lines, line.method(), line.http10(), line.target());
  }

  /** The head of the response that begins with this line. */
  default ResponseHead response(Head lines) {
    OfResponse line = (OfResponse) this;
    return new ResponseHead(
        lines, line.status(), line.http10(), line.reasonStart(), line.reasonEnd());
  }

  /**
   * Parses a request line or a status line.
   *
   * @throws MalformedException if it is none, or of another version of HTTP
   */
  static FirstLine parse(Kind kind, byte[] bytes, int start, int end) throws MalformedException {
    return kind == Kind.REQUEST ? request(bytes, start, end) : status(bytes, start, end);
  }

  private static FirstLine request(byte[] bytes, int start, int end) throws MalformedException {
    int methodEnd = start;
    while (methodEnd < end && Ascii.isToken(bytes[methodEnd])) {
      methodEnd++;
    }
    int targetEnd = methodEnd + 1;
    while (targetEnd < end && bytes[targetEnd] != ' ') {
      targetEnd++;
    }
    if (methodEnd == start || methodEnd >= end || bytes[methodEnd] != ' ' || targetEnd >= end) {
      throw MalformedException.of("the request line is not a method, a target and a version");
    }
    boolean http10 = isHttp10(bytes, targetEnd + 1, end);
    String method = method(bytes, start, methodEnd);
    return new OfRequest(
        method, http10, RequestTarget.parse(bytes, methodEnd + 1, targetEnd, method));
  }

  private static FirstLine status(byte[] bytes, int start, int end) throws MalformedException {
    int code = start + "HTTP/1.1 ".length();
    boolean ends = end == code + 3 || end > code + 3 && bytes[code + 3] == ' ';
    if (!ends || bytes[code - 1] != ' ') {
      throw MalformedException.of("the status line is not a version and a status");
    }
    int status = 0;
    for (int i = code; i < code + 3; i++) {
      if (!Ascii.isDigit(bytes[i])) {
        throw MalformedException.of("the status is not a number");
      }
      status = status * 10 + bytes[i] - '0';
    }
    if (status < 100) {
      throw MalformedException.of("the status is below 100");
    }
    boolean http10 = isHttp10(bytes, start, code - 1);
    return new OfResponse(status, http10, Math.min(end, code + 4), end);
  }

  private static boolean isHttp10(byte[] bytes, int start, int end) throws MalformedException {
    if (end - start != "HTTP/1.1".length()
        || bytes[start] != 'H'
        || bytes[start + 1] != 'T'
        || bytes[start + 2] != 'T'
        || bytes[start + 3] != 'P'
        || bytes[start + 4] != '/'
        || !Ascii.isDigit(bytes[start + 5])
        || bytes[start + 6] != '.'
        || !Ascii.isDigit(bytes[start + 7])) {
      throw MalformedException.of("the version is not of the form HTTP/1.1");
    }
    int minor = bytes[start + 7] - '0';
    if (bytes[start + 5] != '1' || minor > 1) {
      throw new MalformedException(
          Fault.VERSION_UNKNOWN, "only HTTP/1.0 and HTTP/1.1 are supported");
    }
    return minor == 0;
  }

  /** The method. The common ones need no new text. */
  private static String method(byte[] bytes, int start, int end) {
    for (String method : Methods.COMMON) {
      if (method.length() == end - start && method.charAt(0) == bytes[start]) {
        int i = 1;
        while (i < method.length() && method.charAt(i) == bytes[start + i]) {
          i++;
        }
        if (i == method.length()) {
          return method;
        }
      }
    }
    return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
  }
}
