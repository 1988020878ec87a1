package io.canarygateway.http;

/**
 * How large a head may be.
 *
 * @param bytes all lines together with their ends
 * @param lines header lines
 */
public record HeadLimits(int bytes, int lines) {

  /** Trailers come when everything is over; nobody needs many. */
  static final HeadLimits TRAILERS = new HeadLimits(8 * 1024, 64);

  /** More than any server of note sends. */
  static final HeadLimits RESPONSE = new HeadLimits(64 * 1024, 256);
}
