package io.canarygateway.http;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2PingFrame;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.util.ReferenceCountUtil;

/**
 * A client's connection of HTTP/2, which carries many requests at a time. Confined to the
 * connection's event loop.
 */
final class Http2ServerConnection extends ChannelInboundHandlerAdapter
    implements ServedConnection, Deadlines.Owner {

  private final ConnectionServices services;
  private final Http2Heads heads;
  private final Deadlines.Deadline deadline = new Deadlines.Deadline(this);
  private final FirstRequest first;
  private ChannelHandlerContext context;
  private final Http2FrameCount frames;
  private final Http2Progress progress;
  private int streams;
  private long activeNanos;
  private boolean saidGoodbye;
  private boolean abusive;
  private boolean closed;

  @SuppressWarnings("NullAway.Init") // The context is set by handlerAdded, before any other call.
  Http2ServerConnection(ConnectionServices services, Http2Heads heads, Http2Progress progress) {
    this.progress = progress;
    this.services = services;
    this.heads = heads;
    this.first = new FirstRequest(services);
    this.frames = new Http2FrameCount(services.deadlines()::now);
    this.activeNanos = services.deadlines().now();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    services.opened(this, deadline);
    // Without this, one body that is not read would stop all others.
    ctx.write(new DefaultHttp2WindowUpdateFrame(Http2Setup.MORE_WINDOW));
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object frame) {
    if (frame instanceof Http2PingFrame ping && !ping.ack()) {
      check(frames.ping(), Http2Abuse.PING);
    } else if (frame instanceof Http2SettingsFrame) {
      check(frames.settings(), Http2Abuse.SETTINGS);
      if (!first.hasBegun() && streams == 0) {
        services.deadlines().idle.begin(deadline, services.deadlines().now());
      }
    }
    ReferenceCountUtil.release(frame);
  }

  private void check(boolean allowed, Http2Abuse kind) {
    if (!allowed) {
      abused(kind);
      goAway(Http2Error.ENHANCE_YOUR_CALM).addListener(ChannelFutureListener.CLOSE);
    }
  }

  private void abused(Http2Abuse kind) {
    if (!abusive) {
      abusive = true;
      services.handler().abused(kind);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof Http2Exception broken) {
      Http2Abuse.of(broken).ifPresent(this::abused); // The codec has sent GOAWAY.
    } else {
      InternalErrors.log(cause);
      ctx.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    gone();
    ctx.fireChannelInactive();
  }

  private void gone() {
    deadline.cancel();
    if (!closed) {
      closed = true;
      first.begin();
      services.closed(this);
    }
  }

  ConnectionServices services() {
    return services;
  }

  Http2Heads heads() {
    return heads;
  }

  /** The bytes that the client takes. */
  Http2Progress progress() {
    return progress;
  }

  /** Data of a request's or response's body has passed. */
  void dataPassed() {
    frames.dataPassed();
    activeNanos = services.deadlines().now();
  }

  /** Whether a request or a part of a body has passed since a time. */
  boolean isActiveSince(long nanos) {
    return activeNanos - nanos > 0;
  }

  /** A stream was opened. */
  void streamOpened() {
    activeNanos = services.deadlines().now();
    streams++;
    deadline.cancel();
    first.begin();
  }

  /** A stream was closed. */
  void streamClosed() {
    streams--;
    if (streams > 0 || closed) {
      return;
    }
    if (services.closing()) {
      closeIfIdle();
    } else {
      services.deadlines().idle.begin(deadline, services.deadlines().now());
    }
  }

  @Override
  public void drain() {
    Http2GoAwayFrame soon = new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR);
    soon.setExtraStreamIds(Integer.MAX_VALUE); // Requests that are on their way are still served.
    context.writeAndFlush(soon);
  }

  @Override
  public void closeIfIdle() {
    if (!saidGoodbye) {
      saidGoodbye = true;
      goAway(Http2Error.NO_ERROR);
    }
    if (streams == 0) {
      context.flush();
      close();
    }
  }

  private ChannelFuture goAway(Http2Error error) {
    return context.writeAndFlush(new DefaultHttp2GoAwayFrame(error));
  }

  @Override
  public void overdue(Deadlines list) {
    goAway(Http2Error.NO_ERROR).addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public void close() {
    context.close();
  }

  /** Frees the socket, and all streams on it. */
  @Override
  public void evicted() {
    close();
    gone();
  }
}
