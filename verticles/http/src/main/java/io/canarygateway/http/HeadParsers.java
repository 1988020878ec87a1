package io.canarygateway.http;

/**
 * Parsers of heads for one event loop. Nearly all heads come in one piece, so one parser serves all
 * connections; a connection whose head is cut apart keeps the parser until the head is complete.
 */
final class HeadParsers {

  private final FirstLine.Kind kind;
  private final HeadLimits limits;
  private HeadParser spare;

  HeadParsers(FirstLine.Kind kind, HeadLimits limits) {
    this.kind = kind;
    this.limits = limits;
  }

  /** A parser that is between two heads; it is the caller's until it is given back. */
  HeadParser take() {
    HeadParser taken = spare;
    spare = null;
    return taken == null ? new HeadParser(kind, limits) : taken;
  }

  void giveBack(HeadParser parser) {
    parser.reset();
    spare = parser;
  }
}
