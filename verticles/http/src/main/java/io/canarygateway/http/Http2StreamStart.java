package io.canarygateway.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;

/** The set-up of each stream of one connection. Confined to the connection's event loop. */
final class Http2StreamStart extends ChannelInitializer<Channel> {

  private final Http2ServerConnection connection;

  Http2StreamStart(Http2ServerConnection connection) {
    this.connection = connection;
  }

  @Override
  protected void initChannel(Channel stream) {
    stream.pipeline().addLast(new Http2ServerStream(connection));
  }

  @Override
  public boolean isSharable() {
    return true; // All streams are of one connection, on one event loop.
  }
}
