package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import java.util.concurrent.TimeUnit;

/**
 * One end of two connections that have left HTTP, a WebSocket for example: what comes in at one
 * goes out at the other, with backpressure, until either ends or, as in nginx, no byte has passed
 * for as long as a connection may be idle.
 */
final class TunnelEnd implements Tunnel {

  /** For how long an end that does not take what is left keeps its connection. */
  private static final long MOST_SECONDS = 10;

  private final ClientSide client;
  private final Channel from;
  private final Channel to;

  private TunnelEnd(ClientSide client, Channel from, Channel to) {
    this.client = client;
    this.from = from;
    this.to = to;
  }

  static void join(ClientLink link, ClientSide client, UpstreamConnection upstream) {
    Channel clientChannel = client.context().channel();
    upstream.resume();
    client.await(client.deadlines().idle);
    link.becomes(new TunnelEnd(client, clientChannel, upstream.channel()));
    upstream.becomes(new TunnelEnd(client, upstream.channel(), clientChannel));
  }

  @Override
  public void part(ByteBuf part) {
    if (client.context().channel().isActive()) {
      client.await(client.deadlines().idle);
    }
    to.write(part, to.voidPromise());
    if (!to.isWritable()) {
      from.config().setAutoRead(false);
    }
  }

  @Override
  public void flush() {
    to.flush();
  }

  @Override
  public void writabilityChanged(boolean writable) {
    // It is this end's channel that takes bytes again, so the other may be read.
    if (writable) {
      to.config().setAutoRead(true);
    }
  }

  @Override
  public void end() {
    ChannelFuture flushed = to.writeAndFlush(Unpooled.EMPTY_BUFFER);
    flushed.addListener(ChannelFutureListener.CLOSE);
    if (!flushed.isDone()) {
      to.eventLoop().schedule(() -> to.close(), MOST_SECONDS, TimeUnit.SECONDS);
    }
  }
}
