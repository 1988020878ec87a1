package io.canarygateway.http;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The number of frames that cost work and carry no request. A peer that sends more of them within
 * {@link #NANOS} is closed. A PING counts only if no body data passed since the one before: gRPC
 * sends one for each round trip of a transfer, to learn how fast the connection is. Confined to one
 * event loop.
 */
final class Http2FrameCount {

  private static final int MOST = 100;
  private static final long NANOS = TimeUnit.SECONDS.toNanos(10);

  private final LongSupplier clock;
  private long since;
  private int pings;
  private int settings;

  /**
   * No frames yet.
   *
   * @param clock as {@link System#nanoTime}
   */
  Http2FrameCount(LongSupplier clock) {
    this.clock = clock;
    this.since = clock.getAsLong();
  }

  /** Data of a body has passed, in either direction. */
  void dataPassed() {
    pings = 0;
  }

  /** Counts a PING. Returns whether it is allowed. */
  boolean ping() {
    beginAnew();
    return ++pings <= MOST;
  }

  /** Counts a SETTINGS. Returns whether it is allowed. */
  boolean settings() {
    beginAnew();
    return ++settings <= MOST;
  }

  private void beginAnew() {
    long now = clock.getAsLong();
    if (now - since > NANOS) {
      since = now;
      pings = 0;
      settings = 0;
    }
  }
}
