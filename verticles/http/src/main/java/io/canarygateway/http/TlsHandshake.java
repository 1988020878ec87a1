package io.canarygateway.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.nio.channels.ClosedChannelException;
import java.util.function.Consumer;

/**
 * The end of a client's TLS handshake, which decides between HTTP/1.1 and HTTP/2. Until then the
 * connection is one of HTTP/1.1, so its limits and deadlines hold. It also keeps later errors of
 * TLS from the log: they are the client's. Confined to the connection's event loop.
 */
final class TlsHandshake extends ChannelInboundHandlerAdapter {

  private final SslHandler tls;
  private final ServerHandler handler;
  private final Consumer<ChannelPipeline> http2;

  /**
   * The handler for one connection, which stands right behind the one of TLS.
   *
   * @param handler learns of failed handshakes
   * @param http2 adds the handlers of HTTP/2 at the end of a pipeline
   */
  TlsHandshake(SslHandler tls, ServerHandler handler, Consumer<ChannelPipeline> http2) {
    this.tls = tls;
    this.handler = handler;
    this.http2 = http2;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      if (!handshake.isSuccess()) {
        failed(handshake.cause());
        ctx.close();
      } else if (ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol())) {
        ctx.pipeline().removeLast();
        http2.accept(ctx.pipeline());
      }
      return;
    }
    ctx.fireUserEventTriggered(event);
  }

  /** A connection that ended without a byte was no handshake: load balancers probe like that. */
  private void failed(Throwable cause) {
    boolean unused =
        cause instanceof ClosedChannelException && tls.engine().getHandshakeSession() == null;
    if (!unused) {
      handler.handshakeFailed();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
