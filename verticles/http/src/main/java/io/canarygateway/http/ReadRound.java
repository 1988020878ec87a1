package io.canarygateway.http;

import io.netty.channel.ChannelHandlerContext;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The detection of the moment when all bytes that have arrived at a connection so far are read.
 * Confined to the connection's event loop.
 */
final class ReadRound {

  /** Long enough for the event loop to read from the socket once more. */
  private static final long SOON_MS = 1;

  private boolean reading;
  private @Nullable Runnable next;

  /** Netty has begun to pass on bytes. */
  void begin() {
    reading = true;
  }

  /** Netty has no more bytes for now. */
  void end() {
    reading = false;
    Runnable now = next;
    next = null;
    if (now != null) {
      now.run();
    }
  }

  /**
   * Runs a task once all bytes that have arrived are read.
   *
   * @param paused whether reading was stopped until now
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
