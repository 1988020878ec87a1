package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import java.util.concurrent.TimeUnit;

/**
 * One of the two ends of a tunnel, such as a WebSocket. Bytes that arrive at one end leave at the
 * other, with backpressure, until either end closes. As in nginx, the tunnel is also closed after
 * the idle timeout without a byte. Confined to the connections' event loop.
 */
final class TunnelEnd implements Tunnel {

  /** How long an end may take to read the last bytes before its connection is closed. */
  private static final long MOST_SECONDS = 10;

  private final ClientSide client;
  private final Channel from;
  private final Channel to;

  private TunnelEnd(ClientSide client, Channel from, Channel to) {
    this.client = client;
    this.from = from;
    this.to = to;
  }

  /** Joins a client's connection and an upstream's, which have both left HTTP. */
  static void join(ClientLink link, ClientSide client, CallCarrier upstream) {
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
    // This end takes bytes again, so reading from the other end may continue.
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
