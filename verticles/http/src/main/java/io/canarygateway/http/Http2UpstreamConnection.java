package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2PingFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A connection of HTTP/2 to an upstream, which carries many calls at a time, each on a stream. It
 * is ready once the upstream's settings have arrived. Confined to its event loop.
 */
final class Http2UpstreamConnection extends ChannelInboundHandlerAdapter
    implements Deadlines.Owner {

  /** A receiver of the beginning of a connection: one method is called, once. */
  interface Start {
    void ready(Http2UpstreamConnection connection);

    void failed(Throwable cause);
  }

  /** As many calls as common servers allow on one connection at a time. */
  static final int MOST_STREAMS = 100;

  /** The numbers of streams end at 2^31, and only odd ones are a client's. */
  private static final int MOST_CALLS = 1 << 29;

  private final ConnectionListener<Http2UpstreamConnection> listener;
  private final Http2ClientHeads heads;
  private final AsciiString scheme;
  private final Http2PeerLimits limits = new Http2PeerLimits();
  private final Http2FrameCount frames;
  private @Nullable Start start;
  private ChannelHandlerContext context;
  private @Nullable Throwable failure;
  private int streams;
  private int opened;
  private boolean flushing;
  private boolean takesCalls = true;

  /** The deadline of an idle connection. */
  final Deadlines.Deadline aging = new Deadlines.Deadline(this);

  /**
   * A connection that has not begun.
   *
   * @param start is told whether the connection can be used
   * @param tls whether the connection is secured
   */
  @SuppressWarnings("NullAway.Init") // The context is set by handlerAdded, before any other call.
  Http2UpstreamConnection(
      UpstreamLoop loop,
      ConnectionListener<Http2UpstreamConnection> listener,
      Start start,
      boolean tls) {
    this.listener = listener;
    this.start = start;
    this.heads = loop.http2Heads();
    this.frames = new Http2FrameCount(loop::now);
    this.scheme = AsciiString.cached(tls ? "https" : "http");
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    ctx.flush(); // The preface.
    ctx.fireChannelActive();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object frame) {
    if (frame instanceof Http2SettingsFrame settings) {
      checkCount(frames.settings());
      settings(settings.settings());
    } else if (frame instanceof Http2GoAwayFrame) {
      goesAway();
    } else if (frame instanceof Http2PingFrame ping && !ping.ack()) {
      checkCount(frames.ping());
    }
    ReferenceCountUtil.release(frame);
  }

  private void checkCount(boolean allowed) {
    if (!allowed) {
      failure = new IOException("the upstream sends too many PING or SETTINGS frames");
      takesNoMore();
      context.close();
    }
  }

  private void settings(Http2Settings settings) {
    limits.take(settings);
    Start waiting = start;
    start = null;
    if (waiting != null) {
      // Without this, one response that is not read would stop all others.
      context.write(new DefaultHttp2WindowUpdateFrame(Http2ClientSetup.MORE_WINDOW));
      context.flush();
      waiting.ready(this);
    } else if (takesCalls) {
      listener.released(this);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    failure = failure == null ? cause : failure;
    if (!(cause instanceof Http2Exception)) { // Otherwise the codec says GOAWAY, and closes.
      InternalErrors.log(cause);
      ctx.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    takesNoMore();
    Start waiting = start;
    start = null;
    if (waiting != null) {
      waiting.failed(
          failure == null
              ? new IOException("the upstream closed the connection before its settings")
              : failure);
    }
    ctx.fireChannelInactive();
  }

  @Override
  public void overdue(Deadlines list) {
    close(); // Idle for too long.
  }

  /** Data of a request's or response's body has passed. */
  void dataPassed() {
    frames.dataPassed();
  }

  Http2ClientHeads heads() {
    return heads;
  }

  boolean takes(ByteBuf head) {
    return limits.takes(head, scheme);
  }

  AsciiString scheme() {
    return scheme;
  }

  /** How a stream ends that ends with the connection. */
  String endCause() {
    return failure == null ? "the connection or the stream was closed" : failure.toString();
  }

  /** The number of calls that are carried. */
  int calls() {
    return streams;
  }

  /** The largest number of calls at a time. */
  int limit() {
    return limits.streams();
  }

  /** Whether another call can be carried now. */
  boolean hasRoom() {
    return takesCalls && streams < limits.streams() && context.channel().isActive();
  }

  /** Whether the connection takes calls and carries none. */
  boolean isIdle() {
    return takesCalls && streams == 0;
  }

  /** Whether a call was carried before. */
  boolean isUsed() {
    return opened > 0;
  }

  /** Opens a stream for a call. Called only if there is room. */
  void open(ChannelHandler stream) {
    aging.cancel();
    streams++;
    opened++;
    new Http2StreamChannelBootstrap(context.channel()).handler(stream).open();
    if (opened == MOST_CALLS) {
      takesNoMore();
    }
  }

  /** A stream has ended. */
  void streamClosed() {
    streams--;
    if (takesCalls) {
      listener.released(this);
    } else if (streams == 0) {
      context.close();
    }
  }

  /** Sends window updates once all frames that have arrived are processed. */
  void flushSoon() {
    if (!flushing) {
      flushing = true;
      context
          .executor()
          .execute(
              () -> {
                flushing = false;
                context.flush();
              });
    }
  }

  /** The upstream takes no more calls, and finishes those that it has begun. */
  void goesAway() {
    takesNoMore();
    if (streams == 0) {
      context.close();
    }
  }

  private void takesNoMore() {
    if (takesCalls) {
      takesCalls = false;
      listener.closed(this);
    }
  }

  /** Takes no more calls, and closes the connection after those that it carries. */
  @Override
  public void close() {
    goesAway();
  }
}
