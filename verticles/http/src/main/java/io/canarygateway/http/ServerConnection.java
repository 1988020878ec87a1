package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;

/**
 * A client's connection: requests are read from it one after the other, each once the response
 * before it has ended. After a request that is the last one nothing more is understood.
 */
final class ServerConnection extends ChannelInboundHandlerAdapter
    implements ClientLink, Deadlines.Owner {

  private final ServerHome home;
  private final ClientDeadlines deadlines;
  private final Deadlines.Deadline deadline = new Deadlines.Deadline(this);
  private final RequestReader reader;
  private final Inbox inbox = new Inbox();
  private ChannelHandlerContext context;
  private ClientSide client;
  private ServerStream stream;
  private Tunnel tunnel;
  private boolean begun;
  private boolean processing;
  private boolean discarding;
  private boolean closed;
  private long headBytes;

  ServerConnection(ServerHome home) {
    this.home = home;
    this.deadlines = home.deadlines();
    this.reader = new RequestReader(home.parsers());
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    context = ctx;
    client = new ClientSide(ctx, new Peer(ctx.channel()), deadline, deadlines);
    home.opened(this, deadline);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    if (discarding || closed) {
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
    } else {
      process();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    gone();
  }

  private void gone() {
    deadline.cancel(); // A tunnel may have begun it anew after the connection was evicted.
    if (closed) {
      return;
    }
    closed = true;
    holdHead(0);
    inbox.clear();
    hasBegun();
    home.closed(this);
    if (tunnel != null) {
      tunnel.end();
    } else if (stream != null) {
      stream.clientGone();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    OwnFaults.log(cause);
    ctx.close();
  }

  @Override
  public void overdue(Deadlines list) {
    if (stream == null) {
      close();
    } else if (list == deadlines.awaitingBody) {
      stream.bodyOverdue();
    } else {
      stream.unreadOverdue();
    }
  }

  @Override
  public boolean draining() {
    return home.draining();
  }

  @Override
  public void process() {
    if (processing || closed) {
      return;
    }
    processing = true;
    try {
      while (!inbox.isEmpty() && wantsBytes()) {
        ByteBuf in = inbox.peek();
        int before = in.readableBytes();
        consume(in);
        inbox.consumed(in, before);
      }
    } finally {
      processing = false;
    }
    if (discarding) {
      inbox.clear();
    } else if (!inbox.isEmpty() && deadlines.memoryIsNearlyExhausted()) {
      close();
    }
    if (stream == null) {
      holdHead(reader.memory());
    }
    boolean full = inbox.isFull() || stream != null && stream.paused();
    AutoRead.set(context.channel(), discarding || !full);
  }

  private boolean wantsBytes() {
    if (discarding || tunnel != null) {
      return !discarding;
    }
    // A client that does not read its responses gets no more of them.
    return stream == null ? context.channel().isWritable() : stream.wantsBody();
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
        begin(ServerStream.ofMalformed(this, client));
        home.handler().malformed(stream, e.fault());
      } else {
        stream.bodyMalformed();
      }
    }
  }

  private void head(ByteBuf in) throws MalformedException {
    RequestHead head = reader.read(in);
    if (head != null) {
      begin(
          new ServerStream(
              this, client, head, ConnectionOptions.of(head), Framing.ofRequest(head)));
      home.handler().request(stream);
    } else if (deadline.isIn(deadlines.idle) && reader.begun()) {
      deadlines.awaitingHead.begin(deadline, deadlines.now());
    }
  }

  private void begin(ServerStream next) {
    stream = next;
    deadline.cancel();
    hasBegun();
    holdHead(next.head() == null ? 0 : next.head().memory());
  }

  /** The head of the current request, or what there is of the next one, takes so much memory. */
  private void holdHead(long bytes) {
    long change = bytes - headBytes;
    if (change != 0) {
      headBytes = bytes;
      if (deadlines.headMemoryChanged(change)) {
        close();
      }
    }
  }

  private void hasBegun() {
    if (!begun) {
      begun = true;
      home.begun();
    }
  }

  @Override
  public void next() {
    stream = null;
    if (home.closing()) {
      end(false);
    } else {
      deadlines.idle.begin(deadline, deadlines.now());
      process();
    }
  }

  @Override
  public void end(boolean more) {
    boolean linger = more || inbox.hasUnread();
    stream = null;
    holdHead(0);
    discarding = true;
    process();
    if (!closed) {
      deadlines.unread.begin(deadline, deadlines.now());
    }
    context
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener((ChannelFutureListener) written -> endWritten(linger));
  }

  /** A client that still sends could lose the response if the connection was closed on it. */
  private void endWritten(boolean linger) {
    if (linger && !closed && context.channel() instanceof DuplexChannel duplex) {
      deadlines.lingering.begin(deadline, deadlines.now());
      duplex.shutdownOutput();
    } else {
      close();
    }
  }

  @Override
  public void becomes(Tunnel newTunnel) {
    tunnel = newTunnel;
    stream = null;
    holdHead(0);
    process();
    newTunnel.flush();
  }

  void closeIfIdle() {
    if (stream == null && tunnel == null && !discarding) {
      end(false); // The client may still be reading the response before.
    }
  }

  @Override
  public void close() {
    context.close();
  }

  /** What it uses is free at once, its socket to an upstream included; its own closes later. */
  @Override
  public void evicted() {
    close();
    gone();
  }
}
