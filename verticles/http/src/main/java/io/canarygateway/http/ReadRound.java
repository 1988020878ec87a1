package io.canarygateway.http;

import io.netty.channel.ChannelHandlerContext;
import java.util.concurrent.TimeUnit;

/** Tells when all that has arrived at a connection by now was read. On one event loop. */
final class ReadRound {

  /** Long enough for the event loop to read once more. */
  private static final long SOON_MS = 1;

  private boolean reading;
  private Runnable next;

  /** Bytes are being read. */
  void begin() {
    reading = true;
  }

  /** There are no more bytes for now. */
  void end() {
    reading = false;
    Runnable now = next;
    next = null;
    if (now != null) {
      now.run();
    }
  }

  /**
   * Does something once all was read.
   *
   * @param paused whether bytes were left unread until now
   */
  void whenOver(ChannelHandlerContext context, boolean paused, Runnable what) {
    if (reading && !paused) {
      next = what;
    } else {
      AutoRead.set(context.channel(), true);
      context.executor().schedule(what, SOON_MS, TimeUnit.MILLISECONDS);
    }
  }
}
