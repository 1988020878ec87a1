package io.canarygateway.http;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;

/** Makes the connections of one pool. On one event loop. */
final class Connector {

  /** Hears what came of connecting; it is where the connections belong, too. */
  interface Outcome extends ConnectionHome<UpstreamConnection> {

    void connected(UpstreamConnection connection);

    void connectFailed(Throwable cause);
  }

  private final UpstreamLoop loop;
  private final Endpoint endpoint;
  private final Outcome outcome;

  Connector(UpstreamLoop loop, Endpoint endpoint, Outcome outcome) {
    this.loop = loop;
    this.endpoint = endpoint;
    this.outcome = outcome;
  }

  /** Connects; the outcome is told later. */
  void connect() {
    if (endpoint.tls()) {
      TlsContexts.client(endpoint.insecureSkipVerify())
          .whenCompleteAsync(
              (tls, failure) -> {
                if (failure == null) {
                  connect(tls);
                } else {
                  outcome.connectFailed(failure);
                }
              },
              loop.loop());
    } else {
      connect(null);
    }
  }

  private void connect(SslContext tls) {
    UpstreamConnection connection = new UpstreamConnection(loop.parsers(), outcome);
    new Bootstrap()
        .group(loop.loop())
        .channelFactory(loop.sockets().clientChannels())
        .resolver(loop.resolver())
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeoutMs())
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.SO_KEEPALIVE, true)
        // A server that answers early and closes makes writes fail; its answer is read all the
        // same.
        .option(ChannelOption.AUTO_CLOSE, false)
        .handler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                SocketBuffers.limit(channel);
                if (tls != null) {
                  channel.pipeline().addLast(tlsHandler(channel, tls));
                }
                channel.pipeline().addLast(connection);
              }
            })
        .connect(endpoint.host(), endpoint.port())
        .addListener(done -> onLoop(() -> connected(connection, done)));
  }

  /** A channel that could not even be made fails on a thread of Netty's own. */
  private void onLoop(Runnable outcomeKnown) {
    if (loop.loop().inEventLoop()) {
      outcomeKnown.run();
    } else {
      loop.loop().execute(outcomeKnown);
    }
  }

  private SslHandler tlsHandler(Channel channel, SslContext tls) {
    SslHandler handler = tls.newHandler(channel.alloc(), endpoint.host(), endpoint.port());
    handler.setHandshakeTimeoutMillis(timeoutMs());
    return handler;
  }

  private void connected(UpstreamConnection connection, Future<?> done) {
    if (!done.isSuccess()) {
      outcome.connectFailed(done.cause());
      return;
    }
    SslHandler tls = connection.channel().pipeline().get(SslHandler.class);
    if (tls == null) {
      outcome.connected(connection);
      return;
    }
    tls.handshakeFuture()
        .addListener(
            shaken -> {
              if (shaken.isSuccess()) {
                outcome.connected(connection);
              } else {
                connection.close();
                outcome.connectFailed(shaken.cause());
              }
            });
  }

  private int timeoutMs() {
    return (int) Math.min(Integer.MAX_VALUE, endpoint.timeout().toMillis());
  }
}
