package io.canarygateway.http;

/**
 * The rules for the length of a body: a number of bytes, or one of the constants (RFC 9112, 6). A
 * head that two readers could understand differently is malformed. Stateless.
 */
public final class Framing {

  /** The body is sent in chunks. */
  public static final long CHUNKED = -1;

  /** The body ends when the connection ends. */
  public static final long UNTIL_CLOSE = -2;

  /** One more decimal digit could overflow a {@code long}. */
  private static final int MAX_DIGITS = 18;

  private Framing() {}

  /**
   * The length of a request's body.
   *
   * @throws MalformedException if it is ambiguous, or the coding is unknown
   */
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
   * The length of the body of a request of HTTP/2, which ends with its stream.
   *
   * @param ends whether the stream ends with the head
   * @throws MalformedException if that contradicts the head
   */
  static long ofHttp2Request(RequestHead head, boolean ends) throws MalformedException {
    long length = ofRequest(head);
    if (head.has(HeaderName.UPGRADE)) { // Only that of a CONNECT can have it.
      if (length != 0 || ends) {
        throw MalformedException.of("a CONNECT has a body, or ends with its head");
      }
      return 0;
    }
    if (ends && length > 0) {
      throw MalformedException.of("a body is announced and does not come");
    }
    return ends || head.has(HeaderName.CONTENT_LENGTH) ? length : CHUNKED;
  }

  /**
   * The length of a response's body.
   *
   * @param toHead whether the request was HEAD
   * @throws MalformedException if it is ambiguous, or the coding is unknown
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
      throw MalformedException.of("Content-Length is empty or too long");
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

  /** Checks that {@code chunked} is the only transfer coding, over all header lines. */
  private static void checkChunked(Head head) throws MalformedException {
    String[] codings = String.join(",", head.all(HeaderName.TRANSFER_ENCODING)).split(",", -1);
    boolean unknown = false;
    for (int i = 0; i < codings.length; i++) {
      String coding = codings[i].trim();
      boolean chunked = coding.equalsIgnoreCase("chunked");
      if (!HttpText.isToken(coding) || chunked && i < codings.length - 1) {
        throw MalformedException.of(
            "a transfer coding is not a token, or chunked is not the last one");
      }
      unknown |= !chunked;
    }
    if (unknown) {
      throw new MalformedException(
          Fault.CODING_UNKNOWN, "only the transfer coding chunked is supported");
    }
  }
}
