package io.canarygateway.http;

/** The head of a response. Immutable. */
public final class ResponseHead extends Head {

  private final int status;
  private final boolean http10;
  private final int reasonStart;
  private final int reasonEnd;
  private final boolean http2;

  ResponseHead(Head lines, int status, boolean http10, int reasonStart, int reasonEnd) {
    this(lines, status, http10, reasonStart, reasonEnd, false);
  }

  private ResponseHead(
      Head lines, int status, boolean http10, int reasonStart, int reasonEnd, boolean http2) {
    super(lines);
    this.http2 = http2;
    this.status = status;
    this.http10 = http10;
    this.reasonStart = reasonStart;
    this.reasonEnd = reasonEnd;
  }

  /** The same head, of a response that arrived by HTTP/2. */
  ResponseHead asHttp2() {
    return new ResponseHead(this, status, false, reasonStart, reasonEnd, true);
  }

  /** Whether the response arrived by HTTP/2. */
  public boolean http2() {
    return http2;
  }

  /** The status, 100 to 999. */
  public int status() {
    return status;
  }

  /** Whether the version is HTTP/1.0; otherwise it is HTTP/1.1 or HTTP/2. */
  public boolean http10() {
    return http10;
  }

  /** The reason phrase, which may be empty. */
  public String reason() {
    return text(reasonStart, reasonEnd);
  }

  int reasonStart() {
    return reasonStart;
  }

  int reasonEnd() {
    return reasonEnd;
  }
}
