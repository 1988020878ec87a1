package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection. Requests are read from it one after the other, each once the response
 * before it has ended. Confined to the connection's event loop.
 */
final class ServerConnection extends ChannelInboundHandlerAdapter
    implements ClientLink, ServedConnection, Deadlines.Owner, Inbox.Reader {

  private final ConnectionServices services;
  private final ServerHandler handler;
  private final ClientDeadlines deadlines;
  private final Deadlines.Deadline deadline = new Deadlines.Deadline(this);
  private final RequestReader reader;
  private final Inbox inbox = new Inbox();
  private final FirstRequest first;
  private ClientSide client;
  private @Nullable ServerStream stream;
  private @Nullable Tunnel tunnel;
  private boolean discarding;
  private boolean closed;

  @SuppressWarnings("NullAway.Init") // The client is set by channelActive, before any other call.
  ServerConnection(ConnectionServices services) {
    this.services = services;
    this.handler = services.handler();
    this.deadlines = services.deadlines();
    this.first = new FirstRequest(services);
    this.reader = new RequestReader(services.parsers(), deadlines, this);
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    client = new ClientSide(ctx, new ClientAddress(ctx.channel()), deadline, deadlines, () -> 0);
    services.opened(this, deadline);
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

  /** The client speaks HTTP/2, so that another handler takes over. */
  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    gone();
  }

  private void gone() {
    deadline.cancel(); // A tunnel may have started it after the eviction.
    if (closed) {
      return;
    }
    closed = true;
    reader.hold(0);
    inbox.clear();
    first.begin();
    services.closed(this);
    if (tunnel != null) {
      tunnel.end();
    } else if (stream != null) {
      stream.clientGone();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    InternalErrors.log(cause);
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
    return services.draining();
  }

  @Override
  public void process() {
    if (closed || !inbox.process(this)) {
      return;
    }
    if (discarding) {
      inbox.clear();
    } else if (!inbox.isEmpty() && deadlines.memoryIsNearlyExhausted()) {
      close();
    }
    if (stream == null) {
      reader.hold(reader.memory());
    }
    boolean full = inbox.isFull() || stream != null && stream.body().paused();
    AutoRead.set(client.context().channel(), discarding || !full);
  }

  @Override
  public boolean wantsBytes() {
    if (discarding || tunnel != null) {
      return !discarding;
    }
    // A client that does not read its responses gets no more of them.
    return stream == null ? client.context().channel().isWritable() : stream.body().wanted();
  }

  @Override
  public void consume(ByteBuf in) {
    if (tunnel != null) {
      tunnel.part(in.readRetainedSlice(in.readableBytes()));
      return;
    }
    try {
      if (stream == null) {
        head(in);
      } else {
        stream.body().decode(in);
      }
    } catch (MalformedException e) {
      if (stream != null) {
        stream.bodyMalformed();
      } else if (!discarding) { // Else the response ended before its request was read to the end.
        handler.malformed(begin(Http1Streams.ofMalformed(this, client)), e.fault());
      }
    }
  }

  private void head(ByteBuf in) throws MalformedException {
    RequestHead head = reader.read(in);
    if (head != null) {
      handler.request(begin(Http1Streams.of(this, client, head)));
    } else if (deadline.isIn(deadlines.idle) && reader.begun()) {
      deadlines.awaitingHead.begin(deadline, deadlines.now());
    }
  }

  private ServerStream begin(ServerStream next) {
    stream = next;
    deadline.cancel();
    first.begin();
    reader.hold(next.head().memory());
    return next;
  }

  @Override
  public void next() {
    stream = null;
    if (services.closing()) {
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
    reader.hold(0);
    discarding = true;
    process();
    if (!closed) {
      deadlines.unread.begin(deadline, deadlines.now());
    }
    client.end(linger);
  }

  @Override
  public void cutOff(boolean endsWithConnection, boolean more) {
    if (endsWithConnection) {
      client.reset();
    } else {
      end(more);
    }
  }

  @Override
  public void becomes(Tunnel newTunnel) {
    tunnel = newTunnel;
    stream = null;
    process();
    newTunnel.flush();
  }

  @Override
  public void closeIfIdle() {
    if (stream == null && tunnel == null && !discarding) {
      end(false); // The client may still be reading the previous response.
    }
  }

  @Override
  public void close() {
    client.context().close();
  }

  /** Frees all that the connection uses, a socket to an upstream included. Its own closes later. */
  @Override
  public void evicted() {
    close();
    gone();
  }
}
