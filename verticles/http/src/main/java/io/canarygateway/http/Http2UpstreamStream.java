package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannelOption;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * A stream of HTTP/2 to an upstream: one call. Frames of the response wait until they are wanted.
 * Until then the upstream gets no room for more, so no more than a window of it waits. Confined to
 * the connection's event loop.
 */
final class Http2UpstreamStream extends ChannelInboundHandlerAdapter implements CallCarrier {

  /** The time in which an upstream that has answered may still take the end of a request. */
  private static final long SENT_WITHIN_MS = 1_000;

  private final Http2UpstreamConnection connection;
  private final boolean connectionUsed;
  private final Http2WaitingFrames waiting = new Http2WaitingFrames();
  private final Http2ResponseReader reader;
  private ChannelHandlerContext context;
  private @Nullable CarriedCall call;
  private @Nullable Http2Writer request;
  private @Nullable CallFailure failure;
  private boolean processing;
  private boolean paused;
  private boolean unprocessed;

  /** Whether nothing can be sent on the stream any more. */
  private boolean over;

  /** A stream that is not open yet, on a connection that may have carried another call. */
  @SuppressWarnings("NullAway.Init") // The context is set by handlerAdded, before any other call.
  Http2UpstreamStream(Http2UpstreamConnection connection, boolean connectionUsed) {
    this.connection = connection;
    this.connectionUsed = connectionUsed;
    this.reader = new Http2ResponseReader(connection.heads());
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    SocketBuffers.limitWrites(ctx.channel());
    ctx.channel().config().setOption(Http2StreamChannelOption.AUTO_STREAM_FLOW_CONTROL, false);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object frame) {
    if (call != null && (frame instanceof Http2DataFrame || frame instanceof Http2HeadersFrame)) {
      connection.dataPassed();
      waiting.add(frame);
      process();
    } else {
      ReferenceCountUtil.release(frame);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (call != null) {
      call.readComplete();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (call != null) {
      call.writabilityChanged(ctx.channel().isWritable());
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof Http2ResetFrame reset) {
      over = true; // A reset is not answered.
      unprocessed = reset.errorCode() == Http2Error.REFUSED_STREAM.code();
      ended("the stream was reset, code " + reset.errorCode());
      ctx.close();
    } else if (event instanceof Http2GoAwayFrame) {
      over = true;
      unprocessed = true;
      connection.goesAway();
      ended("the upstream closes the connection and has not begun with the request");
    }
    ReferenceCountUtil.release(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    over = true;
    connection.streamClosed();
    ended(connection.endCause());
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof Http2Exception)) {
      InternalErrors.log(cause);
    }
    malformed(cause.toString());
  }

  /** No frame comes any more. Those that wait are still read. */
  private void ended(String cause) {
    if (failure == null) {
      failure = new CallFailure(CallFailure.Kind.RESET, cause);
    }
    process();
  }

  private void process() {
    if (processing) {
      return;
    }
    processing = true;
    try {
      while (call != null && !paused && !waiting.isEmpty()) {
        deliver(call, waiting.remove());
      }
    } finally {
      processing = false;
    }
    if (call == null) {
      waiting.drop();
    } else if (failure != null && waiting.isEmpty()) {
      call.broken(failure);
    }
  }

  private void deliver(CarriedCall current, Object frame) {
    try {
      if (frame instanceof Http2BodyPart part) {
        if (!part.ends() && !over) {
          context.write(new DefaultHttp2WindowUpdateFrame(part.window()));
          connection.flushSoon();
        }
        reader.data(part.content(), part.ends(), current);
      } else {
        Http2HeadersFrame headers = (Http2HeadersFrame) frame;
        reader.headers(headers.headers(), headers.isEndStream(), current);
      }
    } catch (MalformedException e) {
      malformed(e.detail());
    }
  }

  private void malformed(String detail) {
    reset(Http2Error.PROTOCOL_ERROR);
    if (call != null) {
      call.broken(new CallFailure(CallFailure.Kind.MALFORMED, detail));
    }
  }

  @Override
  public void begin(CarriedCall newCall) {
    call = newCall;
  }

  @Override
  public boolean takes(ByteBuf head) {
    return connection.takes(head);
  }

  @Override
  public StreamWriter writer() {
    Http2Writer writer =
        Http2Writer.ofRequest(
            context,
            head -> Http2ClientHeads.request(head, connection.scheme()),
            connection::dataPassed);
    request = writer;
    return writer;
  }

  @Override
  public void pause() {
    paused = true;
  }

  @Override
  public void resume() {
    paused = false;
    process();
    if (call != null && !processing) {
      call.readComplete();
    }
  }

  @Override
  public boolean maybeClosedBefore() {
    return connectionUsed && !reader.answered();
  }

  @Override
  public boolean unprocessed() {
    return unprocessed && !reader.answered();
  }

  @Override
  public void abandon() {
    call = null;
    reset(Http2Error.CANCEL);
    if (!processing) {
      waiting.drop();
    }
  }

  @Override
  public void callEnded(boolean sent, boolean keepsAlive) {
    call = null;
    if (!sent) {
      reset(Http2Error.CANCEL); // The upstream does not need the rest of the request.
    } else if (request != null) {
      request.unlessSentWithin(SENT_WITHIN_MS, () -> reset(Http2Error.CANCEL));
    }
  }

  private void reset(Http2Error error) {
    if (!over) {
      context
          .writeAndFlush(new DefaultHttp2ResetFrame(error))
          .addListener(ChannelFutureListener.CLOSE_ON_FAILURE); // No frame was sent before.
    }
  }

  @Override
  public Channel channel() {
    return context.channel();
  }

  @Override
  public void becomes(Tunnel tunnel) {
    throw new IllegalStateException("a stream of HTTP/2 has no Upgrade");
  }
}
