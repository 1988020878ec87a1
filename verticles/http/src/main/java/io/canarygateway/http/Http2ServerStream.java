package io.canarygateway.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannelOption;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * A stream of HTTP/2: one request of a client. Frames of its body wait until they are wanted. Until
 * then the client gets no room for more, so no more than a window of it waits. Confined to the
 * connection's event loop.
 */
final class Http2ServerStream extends ChannelInboundHandlerAdapter
    implements ClientLink, Deadlines.Owner {

  private final Http2ServerConnection connection;
  private final ClientDeadlines deadlines;
  private final Deadlines.Deadline deadline = new Deadlines.Deadline(this);
  private final Http2BodyFrames body;
  private ChannelHandlerContext context;
  private Http2Writer writer;
  private ClientSide client;
  private UnreadWatch tail;
  private @Nullable ServerStream stream;
  private @Nullable Tunnel tunnel;
  private boolean requested;
  private boolean closed;
  private int headMemory;

  @SuppressWarnings("NullAway.Init") // The context is set by handlerAdded, before any other call.
  Http2ServerStream(Http2ServerConnection connection) {
    this.connection = connection;
    this.deadlines = connection.services().deadlines();
    this.body = new Http2BodyFrames(connection.heads());
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    writer = Http2Writer.ofResponse(ctx, connection::dataPassed);
    SocketBuffers.limitWrites(ctx.channel());
    ctx.channel().config().setOption(Http2StreamChannelOption.AUTO_STREAM_FLOW_CONTROL, false);
    client = ClientSide.ofStream(ctx, deadline, deadlines, connection.progress());
    tail = new UnreadWatch(client);
    connection.streamOpened();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object frame) {
    if (!requested && frame instanceof Http2HeadersFrame headers) {
      requested = true;
      request(headers);
    } else if ((stream != null || tunnel != null) && !closed && Http2BodyFrames.isOne(frame)) {
      connection.dataPassed();
      body.add(frame);
      process();
      if (body.waits() && deadlines.memoryIsNearlyExhausted()) {
        reset(Http2Error.ENHANCE_YOUR_CALM);
      }
    } else {
      ReferenceCountUtil.release(frame);
    }
  }

  private void request(Http2HeadersFrame frame) {
    try {
      RequestHead head = connection.heads().request(frame.headers());
      begin(head, Framing.ofHttp2Request(head, frame.isEndStream()));
    } catch (MalformedException e) {
      refuse(e.fault());
    }
  }

  private void begin(RequestHead head, long length) {
    headMemory = head.memory();
    ServerStream begun =
        new ServerStream(
            this,
            client,
            head,
            head.has(HeaderName.UPGRADE) ? ConnectionOptions.H2_WEB_SOCKET : ConnectionOptions.H2,
            length,
            writer);
    stream = begun;
    deadlines.headMemoryChanged(headMemory, this);
    connection.services().handler().request(begun);
  }

  private void refuse(Fault fault) {
    if (fault != Fault.MALFORMED) {
      ServerStream refused = ServerStream.ofMalformed(this, client, writer);
      stream = refused;
      connection.services().handler().malformed(refused, fault);
    } else {
      reset(Http2Error.PROTOCOL_ERROR);
    }
  }

  @Override
  public void process() {
    try {
      if (tunnel != null) {
        body.deliver(context, tunnel);
      } else if (stream != null) {
        body.deliver(context, stream.body());
      } else {
        body.drop();
      }
    } catch (MalformedException e) {
      reset(Http2Error.PROTOCOL_ERROR);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (tunnel != null) {
      tunnel.flush();
      ctx.flush(); // The room that the client gets for more.
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
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof Http2ResetFrame) {
      ctx.close();
    }
    ReferenceCountUtil.release(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    deadline.cancel();
    if (closed) {
      return;
    }
    closed = true;
    body.drop();
    deadlines.headMemoryChanged(-headMemory, this);
    if (tunnel != null) {
      tunnel.end();
    } else if (stream != null) {
      stream.clientGone();
    }
    connection.streamClosed();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof Http2Exception broken) {
      reset(broken.error()); // The client has broken a rule of HTTP/2.
    } else {
      InternalErrors.log(cause);
      reset(Http2Error.INTERNAL_ERROR);
    }
  }

  @Override
  public boolean draining() {
    return connection.services().draining();
  }

  /** The response has ended. The client has the write timeout to take the rest of it. */
  @Override
  public void next() {
    stream = null;
    if (!closed) {
      tail.begin();
      process();
    }
  }

  @Override
  public void end(boolean more) {
    context.flush();
    next();
    if (more) { // The response is whole; the rest of the request is not needed.
      writer.whenSent(() -> reset(Http2Error.NO_ERROR));
    }
  }

  @Override
  public void cutOff(boolean endsWithConnection, boolean more) {
    stream = null;
    reset(Http2Error.INTERNAL_ERROR);
  }

  @Override
  public void becomes(Tunnel newTunnel) {
    context.pipeline().addFirst(new Http2TunnelFrames());
    tunnel = newTunnel;
    stream = null;
    process();
    newTunnel.flush();
    context.flush();
  }

  @Override
  public void overdue(Deadlines list) {
    if (stream == null) {
      if (list != deadlines.unread || tail.isStuck()) {
        close();
      }
    } else if (list == deadlines.awaitingBody || list == deadlines.awaitingMessage) {
      stream.bodyOverdue();
    } else {
      stream.unreadOverdue();
    }
  }

  @Override
  public void close() {
    reset(Http2Error.CANCEL);
  }

  private void reset(Http2Error error) {
    context.writeAndFlush(new DefaultHttp2ResetFrame(error));
  }

  @Override
  public boolean isConnectionActiveSince(long nanos) {
    return connection.isActiveSince(nanos);
  }

  /** Frees the connection's socket. */
  @Override
  public void evicted() {
    connection.evicted();
  }
}
