package io.canarygateway.http;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to connect: TCP, then TLS if there is a context for it, then what HTTP/2 begins with.
 * Its outcome is reported once. Confined to the pool's event loop.
 */
final class ConnectAttempt extends ChannelInitializer<Channel>
    implements Http2UpstreamConnection.Start {

  private final UpstreamLoop loop;
  private final Endpoint endpoint;
  private final Http2Mode http2;
  private final String serverName;
  private final @Nullable SslContext tls;
  private final int timeoutMs;
  private final ConnectOutcome outcome;
  private final UpstreamConnection http1;
  private boolean over;

  /** An attempt that has not begun. */
  ConnectAttempt(
      UpstreamLoop loop,
      Endpoint endpoint,
      TargetSettings settings,
      @Nullable SslContext tls,
      int timeoutMs,
      ConnectOutcome outcome) {
    this.loop = loop;
    this.endpoint = endpoint;
    this.http2 = settings.mayUseHttp2() ? settings.http2() : Http2Mode.OFF;
    this.serverName = settings.clientTls().serverName();
    this.tls = tls;
    this.timeoutMs = timeoutMs;
    this.outcome = outcome;
    this.http1 = new UpstreamConnection(loop.parsers(), outcome);
  }

  void begin() {
    new Bootstrap()
        .group(loop.loop())
        .channelFactory(loop.sockets().clientChannels())
        .disableResolver()
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeoutMs)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.SO_KEEPALIVE, true)
        // An upstream that answers early and closes makes writes fail. Its answer is still read.
        .option(ChannelOption.AUTO_CLOSE, false)
        .handler(this)
        .connect(endpoint.address())
        .addListener(done -> onLoop(() -> connected(done)));
  }

  @Override
  protected void initChannel(Channel channel) {
    SocketBuffers.limit(channel);
    ChannelPipeline pipeline = channel.pipeline();
    if (tls != null) {
      pipeline.addLast(tlsHandler(channel, tls));
    }
    if (http2 == Http2Mode.OFF) {
      pipeline.addLast(http1);
    } else if (tls == null) {
      beginHttp2(channel);
    } else {
      pipeline.addLast(new Choice());
    }
  }

  /**
   * Runs a task on the event loop. If Netty cannot even create the channel, it reports that on a
   * thread of its own.
   */
  private void onLoop(Runnable outcomeKnown) {
    if (loop.loop().inEventLoop()) {
      outcomeKnown.run();
    } else {
      loop.loop().execute(outcomeKnown);
    }
  }

  private SslHandler tlsHandler(Channel channel, SslContext context) {
    SslHandler handler =
        context.newHandler(
            channel.alloc(),
            serverName.isEmpty() ? endpoint.server().host() : serverName,
            endpoint.server().port());
    handler.setHandshakeTimeoutMillis(timeoutMs);
    return handler;
  }

  private void connected(Future<?> done) {
    if (!done.isSuccess()) {
      failed(done.cause());
    } else if (http2 == Http2Mode.OFF) {
      SslHandler secured = http1.channel().pipeline().get(SslHandler.class);
      if (secured == null) {
        ready(http1);
      } else {
        secured.handshakeFuture().addListener(this::secured);
      }
    }
  }

  private void secured(Future<?> shaken) {
    if (shaken.isSuccess()) {
      ready(http1);
    } else {
      http1.close();
      failed(shaken.cause());
    }
  }

  private void beginHttp2(Channel channel) {
    Http2ClientSetup.install(
        channel.pipeline(), new Http2UpstreamConnection(loop, outcome.http2(), this, tls != null));
    channel.flush();
    loop.loop().schedule(() -> overdue(channel), 2L * timeoutMs, TimeUnit.MILLISECONDS);
  }

  private void overdue(Channel channel) {
    if (!over) {
      channel.close();
      failed(new ConnectTimeoutException("no settings of HTTP/2 came in time"));
    }
  }

  private void ready(UpstreamConnection connection) {
    if (!over) {
      over = true;
      outcome.connected(connection);
    }
  }

  @Override
  public void ready(Http2UpstreamConnection connection) {
    if (!over) {
      over = true;
      outcome.connected(connection);
    }
  }

  @Override
  public void failed(Throwable cause) {
    if (!over) {
      over = true;
      outcome.connectFailed(cause);
    }
  }

  /** The choice of a protocol by the upstream, which TLS has negotiated. */
  private final class Choice extends ApplicationProtocolNegotiationHandler {

    Choice() {
      super(ApplicationProtocolNames.HTTP_1_1);
    }

    @Override
    protected void configurePipeline(ChannelHandlerContext ctx, String protocol) {
      if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
        beginHttp2(ctx.channel());
      } else if (http2 == Http2Mode.ON) {
        ctx.close();
        failed(new IOException("the server does not offer HTTP/2"));
      } else {
        ctx.pipeline().addLast(http1);
        ready(http1);
      }
    }

    @Override
    protected void handshakeFailure(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
      failed(cause);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
      failed(cause);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
      super.channelInactive(ctx);
      failed(new IOException("the server closed the connection before TLS was ready"));
    }
  }
}
