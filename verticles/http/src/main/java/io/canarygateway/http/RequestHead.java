package io.canarygateway.http;

/** The head of a request. Immutable. */
public final class RequestHead extends Head {

  private final String method;
  private final boolean http10;
  private final RequestTarget target;

  RequestHead(Head lines, String method, boolean http10, RequestTarget target) {
    super(lines);
    this.method = method;
    this.http10 = http10;
    this.target = target;
  }

  /** The method as it was written. */
  public String method() {
    return method;
  }

  /** Whether the client speaks HTTP/1.0; else it is HTTP/1.1. */
  public boolean http10() {
    return http10;
  }

  /** Which form the target has. */
  public TargetForm form() {
    return target.form();
  }

  /** The path, percent-encoded as it came; empty if the target has none. */
  public String path() {
    return text(target.pathStart(), target.pathEnd());
  }

  /** The query without {@code ?}, or null if there is none. */
  public String query() {
    return target.queryEnd() < 0 ? null : text(target.pathEnd() + 1, target.queryEnd());
  }

  /** Whether the path is a text. */
  public boolean pathIs(String path) {
    return target.pathEnd() - target.pathStart() == path.length()
        && Ascii.equalsIgnoreCase(bytes, target.pathStart(), target.pathEnd(), path, false)
        && path().equals(path);
  }

  /** Path and query as they came, of ASCII alone, so that they may be passed on unseen. */
  public boolean plainOrigin() {
    return target.form() == TargetForm.ORIGIN && target.ascii();
  }

  int originStart() {
    return target.pathStart();
  }

  int originEnd() {
    return target.queryEnd() < 0 ? target.pathEnd() : target.queryEnd();
  }

  /** The host and port that the request is for: the target's own, or the Host header's, or null. */
  public String host() {
    return target.form() == TargetForm.ABSOLUTE
        ? text(target.authorityStart(), target.authorityEnd())
        : first(HeaderName.HOST);
  }

  /** Whether the client waits to be asked for the body. HTTP/1.0 does not know that. */
  boolean expectsContinue() {
    int line = indexOf(HeaderName.EXPECT);
    return line >= 0 && !http10 && valueIs(line, "100-continue");
  }
}
