package io.canarygateway.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A handler that stops a listening socket from accepting for a while when accepting fails, for
 * example because the process has no file descriptors left. The first pause is 100 ms. Each further
 * pause is twice as long, up to 1 s, until a connection is accepted again. At most one log line is
 * written in 10 s.
 *
 * <p>It has to be in the pipeline of the server channel before Netty's own acceptor, which would
 * pause for 1 s and log each failure. {@code ServerBootstrap.handler} adds it there. One instance
 * serves one channel, on that channel's event loop.
 *
 * <p>On io_uring, Netty's multishot accept ignores auto-read: after a failure it starts again by
 * itself, and fails a million times a second. This class therefore needs {@code
 * -Dio.netty.iouring.acceptMultiShotEnabled=false}.
 */
public final class AcceptBackoff extends ChannelInboundHandlerAdapter {

  private static final Logger LOG = LoggerFactory.getLogger(AcceptBackoff.class);

  private static final long FIRST_PAUSE_MS = 100;
  private static final long LONGEST_PAUSE_MS = 1_000;
  private static final long LOG_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

  private long pauseMs = FIRST_PAUSE_MS;
  private boolean paused;
  private boolean logged;
  private long loggedNanos;
  private long leftOut;

  @Override
  public void channelRead(ChannelHandlerContext context, Object connection) {
    pauseMs = FIRST_PAUSE_MS;
    context.fireChannelRead(connection);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
    if (!(failure instanceof IOException)) {
      context.fireExceptionCaught(failure);
      return;
    }
    log(context, failure);
    if (paused) {
      return;
    }
    paused = true;
    context.channel().config().setAutoRead(false);
    context.executor().schedule(() -> resume(context), pauseMs, TimeUnit.MILLISECONDS);
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
  }

  private void resume(ChannelHandlerContext context) {
    paused = false;
    if (context.channel().isOpen()) {
      context.channel().config().setAutoRead(true);
    }
  }

  private void log(ChannelHandlerContext context, Throwable failure) {
    long now = context.executor().ticker().nanoTime();
    if (logged && now - loggedNanos < LOG_INTERVAL_NANOS) {
      leftOut++;
      return;
    }
    LOG.atWarn()
        .addKeyValue("address", String.valueOf(context.channel().localAddress()))
        .addKeyValue("cause", failure.getMessage())
        .addKeyValue("left_out", leftOut)
        .log("cannot accept connections");
    logged = true;
    loggedNanos = now;
    leftOut = 0;
  }
}
