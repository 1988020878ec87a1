package io.canarygateway.http;

/**
 * The largest head that is accepted.
 *
 * @param bytes the size of all lines with their line ends
 * @param lines the number of header lines
 */
public record HeadLimits(int bytes, int lines) {

  /** For trailers, of which real messages have few. */
  static final HeadLimits TRAILERS = new HeadLimits(8 * 1024, 64);

  /** For responses: more than common servers send. */
  static final HeadLimits RESPONSE = new HeadLimits(64 * 1024, 256);
}
