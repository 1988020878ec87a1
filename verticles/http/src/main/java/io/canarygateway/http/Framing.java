package io.canarygateway.http;

/**
 * How long a body is: a number of bytes, or one of the constants (RFC 9112, 6). Anything that two
 * readers could understand differently is refused.
 */
public final class Framing {

  /** The body comes in chunks. */
  public static final long CHUNKED = -1;

  /** The body ends with the connection. */
  public static final long UNTIL_CLOSE = -2;

  /** A longer number could overflow. */
  private static final int MAX_DIGITS = 18;

  private Framing() {}

  /** The length of a request's body. */
  static long ofRequest(RequestHead head) throws MalformedException {
    if (head.has(HeaderName.TRANSFER_ENCODING)) {
      if (head.http10() || head.has(HeaderName.CONTENT_LENGTH)) {
        throw MalformedException.of("Transfer-Encoding contradicts the version or Content-Length");
      }
      checkChunked(head);
      return CHUNKED;
    }
    int line = head.indexOf(HeaderName.CONTENT_LENGTH);
    if (line < 0) {
      return 0;
    }
    if (head.count(HeaderName.CONTENT_LENGTH) > 1) {
      throw MalformedException.of("there is more than one Content-Length");
    }
    return number(head, line);
  }

  /**
   * The length of a response's body.
   *
   * @param toHead whether the request was HEAD
   */
  static long ofResponse(ResponseHead head, boolean toHead) throws MalformedException {
    int status = head.status();
    if (toHead || status < 200 || status == 204 || status == 304) {
      return 0;
    }
    if (head.has(HeaderName.TRANSFER_ENCODING)) {
      if (head.http10() || head.has(HeaderName.CONTENT_LENGTH)) {
        throw MalformedException.of("Transfer-Encoding contradicts the version or Content-Length");
      }
      checkChunked(head);
      return CHUNKED;
    }
    long length = UNTIL_CLOSE;
    for (int i = 0; i < head.size(); i++) {
      if (head.known(i) == HeaderName.CONTENT_LENGTH) {
        long next = number(head, i);
        if (length != UNTIL_CLOSE && length != next) {
          throw MalformedException.of("there are different Content-Lengths");
        }
        length = next;
      }
    }
    return length;
  }

  private static long number(Head head, int line) throws MalformedException {
    int start = head.position(line, Head.VALUE_START);
    int end = head.position(line, Head.VALUE_END);
    if (start == end || end - start > MAX_DIGITS) {
      throw MalformedException.of("Content-Length is not a number that can be");
    }
    long number = 0;
    for (int i = start; i < end; i++) {
      if (!Ascii.isDigit(head.bytes[i])) {
        throw MalformedException.of("Content-Length is not a number");
      }
      number = number * 10 + head.bytes[i] - '0';
    }
    return number;
  }

  /** All lines count, as one list. */
  private static void checkChunked(Head head) throws MalformedException {
    String[] codings = String.join(",", head.all(HeaderName.TRANSFER_ENCODING)).split(",", -1);
    boolean unknown = false;
    for (int i = 0; i < codings.length; i++) {
      String coding = codings[i].trim();
      boolean chunked = coding.equalsIgnoreCase("chunked");
      if (!HttpText.isToken(coding) || chunked && i < codings.length - 1) {
        throw MalformedException.of("chunked is not the last transfer coding, or not a coding");
      }
      unknown |= !chunked;
    }
    if (unknown) {
      throw new MalformedException(
          Fault.CODING_UNKNOWN, "only the transfer coding chunked is supported");
    }
  }
}
