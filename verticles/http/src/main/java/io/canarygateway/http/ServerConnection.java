package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * A client's connection: requests are read from it one after the other, each once the response
 * before it has ended. After a request that is the last one nothing more is understood.
 */
final class ServerConnection extends ChannelInboundHandlerAdapter implements Deadline.Owner {

  /** What may wait behind a request before the system has to hold the rest. */
  private static final int MAX_WAITING_BYTES = 64 * 1024;

  private final ServerLoop loop;
  private final Deadline deadline = new Deadline(this);
  private final Inbox inbox = new Inbox();
  private ChannelHandlerContext context;
  private HeadParser parser;
  private ServerStream stream;
  private Tunnel tunnel;
  private String remoteText;
  private boolean begun;
  private boolean processing;
  private boolean discarding;
  private boolean closed;

  ServerConnection(ServerLoop loop) {
    this.loop = loop;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    context = ctx;
    loop.opened(this);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    if (discarding) {
      in.release();
    } else if (tunnel != null) {
      tunnel.part(in);
    } else {
      inbox.add(in);
      process();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (tunnel != null) {
      tunnel.flush();
    } else if (stream != null) {
      stream.readComplete();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (tunnel != null) {
      tunnel.writabilityChanged(ctx.channel().isWritable());
    } else if (stream != null) {
      stream.writabilityChanged(ctx.channel().isWritable());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    closed = true;
    deadline.cancel();
    inbox.clear();
    if (!begun) {
      begun = true;
      loop.begun();
    }
    loop.closed(this);
    if (tunnel != null) {
      tunnel.end();
    } else if (stream != null) {
      stream.clientGone();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close(); // A reset, which the end of the channel tells all the same.
  }

  @Override
  public void overdue(Deadlines list) {
    if (stream == null) {
      close();
    } else if (list == loop.awaitingBody) {
      stream.bodyOverdue();
    } else {
      stream.unreadOverdue();
    }
  }

  ServerLoop loop() {
    return loop;
  }

  Deadline deadline() {
    return deadline;
  }

  Channel channel() {
    return context.channel();
  }

  ChannelHandlerContext context() {
    return context;
  }

  /** The client's address, or null if it has none. */
  InetAddress remote() {
    return channel().remoteAddress() instanceof InetSocketAddress address
        ? address.getAddress()
        : null;
  }

  /** The client's address as text, or an empty text if it has none. */
  String remoteText() {
    if (remoteText == null) {
      InetAddress remote = remote();
      remoteText = remote == null ? "" : NetUtil.toAddressString(remote);
    }
    return remoteText;
  }

  /** Reads on, if somebody wants what there is. */
  void process() {
    if (processing || closed) {
      return;
    }
    processing = true;
    try {
      while (!inbox.isEmpty() && wantsBytes()) {
        ByteBuf in = inbox.peek();
        int before = in.readableBytes();
        consume(in);
        inbox.read(before - in.readableBytes());
        if (!in.isReadable() && inbox.peek() == in) {
          inbox.take().release();
        }
      }
    } finally {
      processing = false;
    }
    if (discarding) {
      inbox.clear();
    }
    boolean reads = discarding || inbox.bytes() < MAX_WAITING_BYTES && !isPaused();
    if (reads != channel().config().isAutoRead()) {
      channel().config().setAutoRead(reads);
    }
  }

  private boolean isPaused() {
    return stream != null && stream.paused();
  }

  private boolean wantsBytes() {
    return !discarding && (tunnel != null || stream == null || stream.wantsBody());
  }

  private void consume(ByteBuf in) {
    if (tunnel != null) {
      tunnel.part(in.readRetainedSlice(in.readableBytes()));
      return;
    }
    try {
      if (stream == null) {
        head(in);
      } else {
        stream.decode(in);
      }
    } catch (MalformedException e) {
      if (stream == null) {
        refuse(e.fault());
      } else {
        stream.bodyMalformed();
      }
    }
  }

  private void head(ByteBuf in) throws MalformedException {
    HeadParser reading = parser == null ? loop.takeParser() : parser;
    parser = reading;
    if (reading.feed(in)) {
      RequestHead head = reading.request();
      parser = null;
      loop.giveBack(reading);
      RequestRules.check(head);
      ServerStream next =
          new ServerStream(this, head, ConnectionOptions.of(head), Framing.ofRequest(head));
      begin(next);
      loop.handler().request(next);
    } else {
      reading.shrink();
      if (deadline.list == loop.idle && reading.begun()) {
        loop.awaitingHead.begin(deadline, loop.now());
      }
    }
  }

  private void refuse(Fault fault) {
    parser = null;
    ServerStream refused = ServerStream.ofMalformed(this);
    begin(refused);
    loop.handler().malformed(refused, fault);
  }

  private void begin(ServerStream next) {
    stream = next;
    deadline.cancel();
    if (!begun) {
      begun = true;
      loop.begun();
    }
  }

  /** A response has ended, and the next request may come. */
  void next() {
    stream = null;
    if (loop.closing()) {
      close();
    } else {
      loop.idle.begin(deadline, loop.now());
      process();
    }
  }

  /**
   * The last response was written.
   *
   * @param more whether the client may still be sending
   */
  void end(boolean more) {
    boolean linger = more || !inbox.isEmpty();
    stream = null;
    discarding = true;
    if (!processing) {
      process();
    }
    if (!closed) {
      loop.unread.begin(deadline, loop.now());
    }
    context
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener((ChannelFutureListener) written -> endWritten(linger));
  }

  /** A client that still sends could lose the response if the connection was closed on it. */
  private void endWritten(boolean linger) {
    if (linger && !closed && channel() instanceof DuplexChannel duplex) {
      loop.lingering.begin(deadline, loop.now());
      duplex.shutdownOutput();
    } else {
      close();
    }
  }

  /** Leaves HTTP. What the client sends from now on is the tunnel's. */
  void becomes(Tunnel newTunnel) {
    tunnel = newTunnel;
    stream = null;
    deadline.cancel();
    process();
    newTunnel.flush();
  }

  /** A byte has passed through the tunnel, one way or the other. */
  void tunnelUsed() {
    if (!closed) {
      loop.idle.begin(deadline, loop.now());
    }
  }

  void closeIfIdle() {
    if (stream == null && tunnel == null) {
      close();
    }
  }

  void close() {
    context.close();
  }

  /** Closes with a reset, so that what was sent does not look complete. */
  void reset() {
    channel().config().setOption(ChannelOption.SO_LINGER, 0);
    context.close();
  }
}
