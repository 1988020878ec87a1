package io.canarygateway.http;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A maker of upstream connections to one address: TCP, then TLS if the settings ask for it.
 * Confined to the pool's event loop.
 */
final class Connector {

  /** A receiver of the outcome of each attempt to connect, and of the connections' later events. */
  interface Outcome extends ConnectionListener<UpstreamConnection> {

    void connected(UpstreamConnection connection);

    void connectFailed(Throwable cause);
  }

  private final UpstreamLoop loop;
  private final TargetSettings settings;
  private final Endpoint endpoint;
  private final Outcome outcome;
  private Duration timeout;

  Connector(UpstreamLoop loop, TargetSettings settings, Endpoint endpoint, Outcome outcome) {
    this.loop = loop;
    this.settings = settings;
    this.timeout = settings.timeout();
    this.endpoint = endpoint;
    this.outcome = outcome;
  }

  /** Sets how long each later attempt may take, for TCP and for TLS. */
  void limit(Duration newTimeout) {
    timeout = newTimeout;
  }

  /** Begins to connect. The outcome is reported later, on the event loop. */
  void connect() {
    if (settings.tls()) {
      TlsContexts.client(settings.insecureSkipVerify())
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

  private void connect(@Nullable SslContext tls) {
    UpstreamConnection connection = new UpstreamConnection(loop.parsers(), outcome);
    new Bootstrap()
        .group(loop.loop())
        .channelFactory(loop.sockets().clientChannels())
        .disableResolver()
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeoutMs())
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.SO_KEEPALIVE, true)
        // An upstream that answers early and closes makes writes fail. Its answer is still read.
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
        .connect(endpoint.address())
        .addListener(done -> onLoop(() -> connected(connection, done)));
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

  private SslHandler tlsHandler(Channel channel, SslContext tls) {
    SslHandler handler =
        tls.newHandler(channel.alloc(), endpoint.server().host(), endpoint.server().port());
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
    return (int) Math.min(Integer.MAX_VALUE, Math.max(1, timeout.toMillis()));
  }
}
