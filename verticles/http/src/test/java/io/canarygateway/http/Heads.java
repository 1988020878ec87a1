package io.canarygateway.http;

/** Heads that are parsed from text. */
final class Heads {

  private static final HeadLimits LIMITS = new HeadLimits(32 * 1024, 128);

  private Heads() {}

  /** A request with these lines, each without its end. */
  static RequestHead request(String firstLine, String... lines) throws MalformedException {
    return parse(FirstLine.Kind.REQUEST, firstLine, lines).request();
  }

  /** A response with these lines, each without its end. */
  static ResponseHead response(String firstLine, String... lines) throws MalformedException {
    return parse(FirstLine.Kind.RESPONSE, firstLine, lines).response();
  }

  private static HeadParser parse(FirstLine.Kind kind, String firstLine, String... lines)
      throws MalformedException {
    HeadParser parser = new HeadParser(kind, LIMITS);
    StringBuilder text = new StringBuilder(firstLine).append("\r\n");
    for (String line : lines) {
      text.append(line).append("\r\n");
    }
    if (!parser.feed(Bytes.of(text.append("\r\n").toString()))) {
      throw new AssertionError("no head: " + text);
    }
    return parser;
  }
}
