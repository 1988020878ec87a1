package io.canarygateway.http;

import org.jspecify.annotations.Nullable;

/**
 * The parsers of message heads of one event loop. Nearly all heads arrive in one piece, so one
 * parser serves all connections. A connection whose head is incomplete keeps the parser until the
 * rest arrives. Confined to that event loop.
 */
final class HeadParsers {

  private final FirstLine.Kind kind;
  private final HeadLimits limits;
  private @Nullable HeadParser spare;

  HeadParsers(FirstLine.Kind kind, HeadLimits limits) {
    this.kind = kind;
    this.limits = limits;
  }

  /** Takes a parser that has no bytes of another head. The caller gives it back. */
  HeadParser take() {
    HeadParser taken = spare;
    spare = null;
    return taken == null ? new HeadParser(kind, limits) : taken;
  }

  /** Takes a parser back once its head was read. */
  void giveBack(HeadParser parser) {
    parser.reset();
    spare = parser;
  }
}
