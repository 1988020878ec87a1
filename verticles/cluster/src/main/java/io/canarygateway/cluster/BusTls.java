package io.canarygateway.cluster;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * TLS on the connections of the event bus. Nothing reaches Vert.x before the other side has proven
 * itself, which it has 3 s for.
 *
 * <p>At most {@value #MAX_OPEN} incoming connections are unproven at a time; one more closes the
 * oldest of them. Each connection's handlers run on its event loop.
 */
final class BusTls {

  static final int MAX_OPEN = 64;
  private static final long DEADLINE_MS = 3_000;

  private final NodeTls tls;
  private final Refusals refusals;

  /** The unproven incoming connections, the oldest first. */
  private final ConcurrentLinkedDeque<Channel> open = new ConcurrentLinkedDeque<>();

  private final Guard guard = new Guard();

  BusTls(NodeTls tls, Refusals refusals) {
    this.tls = tls;
    this.refusals = refusals;
  }

  /** The handler of the listening socket; it sees each connection before Vert.x does. */
  ChannelHandler guard() {
    return guard;
  }

  /** Puts TLS under an outgoing connection. */
  void connecting(Channel channel) {
    secure(channel, true);
  }

  private void secure(Channel channel, boolean client) {
    SslHandler handler = new SslHandler(tls.engine(client));
    handler.setHandshakeTimeoutMillis(DEADLINE_MS);
    ChannelPipeline pipeline = channel.pipeline();
    // The last one added first is the nearest to the socket.
    pipeline.addFirst(new Proof());
    pipeline.addFirst(handler);
  }

  @Sharable
  private final class Guard extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      Channel accepted = (Channel) message;
      secure(accepted, false);
      open.add(accepted);
      // One thread accepts, so that the number grows here alone.
      if (open.size() > MAX_OPEN) {
        Channel oldest = open.poll();
        if (oldest != null) {
          oldest.close();
        }
      }
      context.fireChannelRead(accepted);
    }
  }

  /** Keeps what a failed handshake causes from Vert.x, which would log a stack trace for each. */
  private final class Proof extends ChannelInboundHandlerAdapter {

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (!(event instanceof SslHandshakeCompletionEvent handshake)) {
        context.fireUserEventTriggered(event);
        return;
      }
      open.remove(context.channel());
      if (handshake.isSuccess()) {
        context.pipeline().remove(this);
      } else {
        refusals.add(context.channel().remoteAddress(), handshake.cause());
        context.close();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      open.remove(context.channel());
      context.fireChannelInactive();
    }
  }
}
