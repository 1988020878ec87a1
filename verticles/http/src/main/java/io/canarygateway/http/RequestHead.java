package io.canarygateway.http;

import org.jspecify.annotations.Nullable;

/** The head of a request. Immutable. */
public final class RequestHead extends Head {

  /** The head of a stream whose bytes were no request: without a method and header lines. */
  public static final RequestHead NONE =
      new RequestHead(
          Head.NONE, "", false, new RequestTarget(TargetForm.ASTERISK, 0, 0, 0, 0, -1, true));

  private final String method;
  private final boolean http10;
  private final RequestTarget target;
  private final boolean http2;

  RequestHead(Head lines, String method, boolean http10, RequestTarget target) {
    super(lines);
    this.method = method;
    this.http10 = http10;
    this.target = target;
    this.http2 = false;
  }

  private RequestHead(RequestHead other) {
    super(other);
    this.method = other.method;
    this.http10 = false;
    this.target = other.target;
    this.http2 = true;
  }

  /** The same head, of a request that arrived by HTTP/2. */
  RequestHead asHttp2() {
    return new RequestHead(this);
  }

  /** Whether the request arrived by HTTP/2. */
  public boolean http2() {
    return http2;
  }

  /** The method as it arrived; its case counts. */
  public String method() {
    return method;
  }

  /** Whether the version is HTTP/1.0; otherwise it is HTTP/1.1 or HTTP/2. */
  public boolean http10() {
    return http10;
  }

  /** The form of the target. */
  public TargetForm form() {
    return target.form();
  }

  /** The path, percent-encoded as it arrived; empty if the target has none. */
  public String path() {
    return text(target.pathStart(), target.pathEnd());
  }

  /** The query without {@code ?}; null if the target has none. */
  public @Nullable String query() {
    return target.queryEnd() < 0 ? null : text(target.pathEnd() + 1, target.queryEnd());
  }

  /** Whether the path is a text; its case counts. */
  public boolean pathIs(String path) {
    return target.pathEnd() - target.pathStart() == path.length()
        && Ascii.equalsIgnoreCase(bytes, target.pathStart(), target.pathEnd(), path, false)
        && path().equals(path);
  }

  /**
   * Whether path and query are ASCII and the target has nothing else, so that they can be copied.
   */
  public boolean plainOrigin() {
    return target.form() == TargetForm.ORIGIN && target.ascii();
  }

  int originStart() {
    return target.pathStart();
  }

  int originEnd() {
    return target.queryEnd() < 0 ? target.pathEnd() : target.queryEnd();
  }

  /**
   * The host and port that the request is for: those of an absolute target, else the Host header;
   * null if there is neither.
   */
  public @Nullable String host() {
    return target.form() == TargetForm.ABSOLUTE
        ? text(target.authorityStart(), target.authorityEnd())
        : first(HeaderName.HOST);
  }

  /**
   * Copies the path as it arrived.
   *
   * @param most the number of bytes behind which it is cut
   * @return the number of bytes
   */
  public int copyPath(byte[] to, int at, int most) {
    return copy(target.pathStart(), target.pathEnd(), to, at, most);
  }

  /**
   * Copies the host and port that the request is for.
   *
   * @param most the number of bytes behind which they are cut
   * @return the number of bytes; -1 if there is no host
   */
  public int copyHost(byte[] to, int at, int most) {
    if (target.form() == TargetForm.ABSOLUTE) {
      return copy(target.authorityStart(), target.authorityEnd(), to, at, most);
    }
    int line = indexOf(HeaderName.HOST);
    return line < 0
        ? -1
        : copy(position(line, VALUE_START), position(line, VALUE_END), to, at, most);
  }

  private int copy(int start, int end, byte[] to, int at, int most) {
    int count = Math.min(end - start, most);
    System.arraycopy(bytes, start, to, at, count);
    return count;
  }

  /** Whether the client waits for a 100 before it sends the body. HTTP/1.0 has no such response. */
  boolean expectsContinue() {
    int line = indexOf(HeaderName.EXPECT);
    return line >= 0 && !http10 && valueIs(line, "100-continue");
  }
}
