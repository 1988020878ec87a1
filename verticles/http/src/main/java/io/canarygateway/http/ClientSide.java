package io.canarygateway.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.ssl.SslHandler;
import java.util.function.LongSupplier;

/**
 * The client's side of a request, shared by the classes that serve it. Confined to the connection's
 * event loop.
 *
 * @param context the place in the pipeline where bytes are written
 * @param address the client's address
 * @param deadline the one deadline of this connection
 * @param deadlines the lists that the deadline may be in
 * @param progress the bytes that the client has taken of all that shares its connection; constant
 *     if nothing else does
 */
record ClientSide(
    ChannelHandlerContext context,
    ClientAddress address,
    Deadlines.Deadline deadline,
    ClientDeadlines deadlines,
    LongSupplier progress) {

  /** The client's side of a stream of HTTP/2. */
  static ClientSide ofStream(
      ChannelHandlerContext context,
      Deadlines.Deadline deadline,
      ClientDeadlines deadlines,
      Http2Progress progress) {
    Http2StreamChannel channel = (Http2StreamChannel) context.channel();
    return new ClientSide(
        context,
        new ClientAddress(channel.parent()),
        deadline,
        deadlines,
        progress.of(channel.stream().id()));
  }

  /** Starts the deadline anew, in a list. */
  void await(Deadlines list) {
    list.begin(deadline, deadlines.now());
  }

  /** Cancels the deadline if it is in a list. */
  void stopWaiting(Deadlines list) {
    if (deadline.isIn(list)) {
      deadline.cancel();
    }
  }

  /**
   * Sends what was written, and closes.
   *
   * @param linger whether the client may still be sending; it could lose the response if its
   *     connection was closed at once
   */
  void end(boolean linger) {
    context
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(
            written -> {
              if (!linger || !context.channel().isActive() || !linger()) {
                context.close();
              }
            });
  }

  /**
   * Ends writing only, and gives the client a second to read the response and to close.
   *
   * @return false if the channel cannot end one direction alone
   */
  private boolean linger() {
    if (context.channel() instanceof DuplexChannel duplex) {
      await(deadlines.lingering);
      SslHandler tls = duplex.pipeline().get(SslHandler.class);
      if (tls == null) {
        duplex.shutdownOutput();
      } else {
        tls.closeOutbound().addListener(said -> duplex.shutdownOutput());
      }
      return true;
    }
    return false;
  }

  /**
   * Closes with a TCP reset, so that a response without a length does not look complete. For the
   * same reason TLS does not say goodbye.
   */
  void reset() {
    context.channel().config().setOption(ChannelOption.SO_LINGER, 0);
    ChannelHandlerContext tls = context.pipeline().context(SslHandler.class);
    (tls == null ? context : tls).close();
  }
}
