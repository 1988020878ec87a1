package io.canarygateway.launcher;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * One transfer of about 1 MB over a loopback connection, in one direction. The writer closes right
 * after its last byte.
 *
 * <p>The reader pauses in the middle, and again shortly before the end until the writer has closed.
 * Transports differ in that second pause: Netty's native ones read on although the channel is
 * paused, and then report it as inactive.
 */
final class ProbeTransfer {

  static final int BYTES = 1_000_010;

  /** Bytes after the second pause: they fit into small kernel buffers, so the writer can close. */
  private static final int LAST_PART = 48 * 1024;

  /** Bytes of a block. Each begins with its number, so swapped blocks change the checksum. */
  private static final int BLOCK = 512;

  private static final long SHORT_PAUSE_MS = 1;
  private static final long LONG_PAUSE_MS = 20;

  /** Which end of the connection writes. */
  enum Direction {
    TO_CLIENT,
    TO_SERVER
  }

  private final GatewayTransport transport;
  private final EventLoopGroup loop;
  private final Direction direction;
  private final byte[] payload = payload();
  private final CompletableFuture<Void> whole = new CompletableFuture<>();
  private final CompletableFuture<Void> writerClosed = new CompletableFuture<>();
  private volatile long received;
  private @Nullable Channel server;
  private @Nullable Channel client;

  ProbeTransfer(GatewayTransport transport, EventLoopGroup loop, Direction direction) {
    this.transport = transport;
    this.loop = loop;
    this.direction = direction;
  }

  private static byte[] payload() {
    byte[] bytes = new byte[BYTES];
    for (int block = 0; block * BLOCK + 1 < BYTES; block++) {
      bytes[block * BLOCK] = (byte) block;
      bytes[block * BLOCK + 1] = (byte) (block >> Byte.SIZE);
    }
    return bytes;
  }

  /** Binds and connects; blocks until both are done. */
  void start() throws InterruptedException {
    boolean toClient = direction == Direction.TO_CLIENT;
    Channel listening =
        new ServerBootstrap()
            .group(loop)
            .channelFactory(transport.serverChannels())
            .childHandler(toClient ? new Writer() : new Reader())
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .sync()
            .channel();
    server = listening;
    client =
        new Bootstrap()
            .group(loop)
            .channelFactory(transport.clientChannels())
            .handler(toClient ? new Reader() : new Writer())
            .connect(listening.localAddress())
            .sync()
            .channel();
  }

  /** Done when every byte and the end of the stream have arrived; fails with the reason if not. */
  CompletableFuture<Void> whole() {
    return whole;
  }

  /** How many bytes have arrived so far. */
  long received() {
    return received;
  }

  void close() {
    if (client != null) {
      client.close();
    }
    if (server != null) {
      server.close();
    }
  }

  @Override
  public String toString() {
    return "a transfer " + direction.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private final class Writer extends ChannelInboundHandlerAdapter {

    @Override
    public void channelActive(ChannelHandlerContext context) {
      context.channel().closeFuture().addListener(closed -> writerClosed.complete(null));
      context
          .writeAndFlush(Unpooled.wrappedBuffer(payload))
          .addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
      whole.completeExceptionally(failure);
    }
  }

  private final class Reader extends ChannelInboundHandlerAdapter {

    private final CRC32 checksum = new CRC32();
    private boolean pausedAmid;
    private boolean pausedLate;

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // Only this event loop writes it.
    public void channelRead(ChannelHandlerContext context, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      received += bytes.readableBytes();
      checksum.update(bytes.nioBuffer());
      bytes.release();
      if (!pausedLate && received >= BYTES - LAST_PART) {
        pausedLate = true;
        context.channel().config().setAutoRead(false);
        writerClosed
            .completeOnTimeout(null, LONG_PAUSE_MS, TimeUnit.MILLISECONDS)
            .whenComplete((closed, never) -> resumeSoon(context));
      } else if (!pausedAmid && received >= BYTES / 4) {
        pausedAmid = true;
        context.channel().config().setAutoRead(false);
        resumeSoon(context);
      }
    }

    private void resumeSoon(ChannelHandlerContext context) {
      context
          .executor()
          .schedule(
              () -> context.channel().config().setAutoRead(true),
              SHORT_PAUSE_MS,
              TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      CRC32 expected = new CRC32();
      expected.update(payload);
      if (received != BYTES) {
        whole.completeExceptionally(
            new IOException(
                "of " + ProbeTransfer.this + " of " + BYTES + " bytes " + received + " arrived"));
      } else if (checksum.getValue() != expected.getValue()) {
        whole.completeExceptionally(new IOException("bytes of " + ProbeTransfer.this + " changed"));
      } else {
        whole.complete(null);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
      whole.completeExceptionally(failure);
    }
  }
}
