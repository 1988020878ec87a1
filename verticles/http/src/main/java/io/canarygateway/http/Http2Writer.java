package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A writer of one message to a stream of HTTP/2. The last part is held back until more is written
 * or flushed, so that the stream can end with it. Confined to the connection's event loop.
 */
final class Http2Writer implements StreamWriter {

  private final ChannelHandlerContext context;
  private final Function<ByteBuf, Http2Headers> heads;
  private final Runnable dataPassed;
  private @Nullable Http2Headers head;
  private final boolean ofRequest;
  private @Nullable ByteBuf held;
  private @Nullable ChannelFuture ended;
  private boolean begun;
  private boolean endsWithData;

  private Http2Writer(
      ChannelHandlerContext context,
      Function<ByteBuf, Http2Headers> heads,
      boolean ofRequest,
      Runnable dataPassed) {
    this.context = context;
    this.heads = heads;
    this.ofRequest = ofRequest;
    this.dataPassed = dataPassed;
  }

  /**
   * A writer of a response.
   *
   * @param context the place in the stream's pipeline where frames are written
   * @param dataPassed is run for each part of the body
   */
  static Http2Writer ofResponse(ChannelHandlerContext context, Runnable dataPassed) {
    return new Http2Writer(context, Http2Heads::response, false, dataPassed);
  }

  /**
   * A writer of a request.
   *
   * @param context the place in the stream's pipeline where frames are written
   * @param heads translates its head from HTTP/1.1
   * @param dataPassed is run for each part of the body
   */
  static Http2Writer ofRequest(
      ChannelHandlerContext context, Function<ByteBuf, Http2Headers> heads, Runnable dataPassed) {
    return new Http2Writer(context, heads, true, dataPassed);
  }

  @Override
  public boolean begun() {
    return begun;
  }

  @Override
  public boolean endsWithConnection() {
    return false;
  }

  @Override
  public void interim(ByteBuf interimHead) {
    Http2Headers headers = Http2Heads.response(interimHead);
    interimHead.release();
    context.writeAndFlush(new DefaultHttp2HeadersFrame(headers));
  }

  @Override
  public void head(ByteBuf newHead, long bodyLength) {
    begun = true;
    endsWithData = ofRequest && bodyLength != 0; // gRPC demands that, even without any data.
    head = heads.apply(newHead);
    newHead.release();
  }

  @Override
  public void part(ByteBuf part) {
    writeHeld();
    dataPassed.run();
    if (part.isReadable()) {
      held = part;
    } else {
      part.release();
    }
  }

  @Override
  public void end(Head trailers) {
    Http2Headers last = Http2Heads.trailers(trailers);
    if (held == null && last == null && head != null && !endsWithData) {
      ended = context.write(new DefaultHttp2HeadersFrame(head, true));
      head = null;
      return;
    }
    if (last != null) {
      writeHeld();
      ended = context.write(new DefaultHttp2HeadersFrame(last, true));
      return;
    }
    writeHead();
    ByteBuf part = held == null ? Http2Heads.nothing() : held;
    held = null;
    ended = context.write(new DefaultHttp2DataFrame(part, true));
  }

  /** Runs a task if the receiver has no room for the whole message for a time. */
  void unlessSentWithin(long millis, Runnable task) {
    ChannelFuture end = ended;
    if (end != null && !end.isDone()) {
      context
          .executor()
          .schedule(
              () -> {
                if (!end.isDone()) {
                  task.run();
                }
              },
              millis,
              TimeUnit.MILLISECONDS);
    }
  }

  /** Runs a task once the whole message was sent, for which its receiver needs to have room. */
  void whenSent(Runnable task) {
    if (ended != null) {
      ended.addListener(
          sent -> {
            if (sent.isSuccess()) {
              task.run();
            }
          });
    }
  }

  @Override
  public void flush() {
    writeHeld();
    context.flush();
  }

  @Override
  public void discard() {
    head = null;
    if (held != null) {
      held.release();
      held = null;
    }
  }

  private void writeHead() {
    if (head != null) {
      context.write(new DefaultHttp2HeadersFrame(head));
      head = null;
    }
  }

  private void writeHeld() {
    writeHead();
    if (held != null) {
      context.write(new DefaultHttp2DataFrame(held));
      held = null;
    }
  }
}
