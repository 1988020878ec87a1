package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;

/**
 * A connection to a server, which carries one call at a time. It is used again only if nothing is
 * left over: a byte that no call asked for closes it.
 */
final class UpstreamConnection extends ChannelInboundHandlerAdapter implements Deadlines.Owner {

  private final ConnectionHome<UpstreamConnection> home;
  private final ResponseReader reader;
  private final Inbox inbox = new Inbox();
  private ChannelHandlerContext context;
  private CarriedCall call;
  private Tunnel tunnel;
  private Throwable failure;
  private boolean paused;
  private boolean processing;
  private boolean answered;
  private boolean closed;
  private boolean closedByTls;
  private int uses;

  /** Its place among the idle ones. */
  final Deadlines.Deadline aging = new Deadlines.Deadline(this);

  /** Whether it is counted as open. */
  boolean counted;

  UpstreamConnection(HeadParsers parsers, ConnectionHome<UpstreamConnection> home) {
    this.home = home;
    this.reader = new ResponseReader(parsers);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    if (tunnel != null) {
      tunnel.part(in);
    } else if (call == null) {
      in.release();
      ctx.close();
    } else {
      inbox.add(in);
      process();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (tunnel != null) {
      tunnel.flush();
    } else if (call != null) {
      call.readComplete();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (tunnel != null) {
      tunnel.writabilityChanged(ctx.channel().isWritable());
    } else if (call != null) {
      call.writabilityChanged(ctx.channel().isWritable());
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    closedByTls |= event == SslCloseCompletionEvent.SUCCESS;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    failure = failure == null ? cause : failure;
    if (!(cause instanceof IOException)) {
      ctx.close(); // TLS, or a fault of ours. Else what was sent before a reset is still read.
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    closed = true;
    home.closed(this);
    if (tunnel != null) {
      tunnel.end();
    } else if (call == null) {
      inbox.clear();
    } else if (inbox.isEmpty()) {
      inputEnded();
    }
  }

  /** It was idle for long enough. */
  @Override
  public void overdue(Deadlines list) {
    close();
  }

  Channel channel() {
    return context.channel();
  }

  ChannelHandlerContext context() {
    return context;
  }

  boolean isClosed() {
    return closed;
  }

  /** Whether the server may have closed it just before it was used. */
  boolean reused() {
    return uses > 1;
  }

  /** Whether any byte of the current call's answer was seen. */
  boolean answered() {
    return answered;
  }

  void begin(CarriedCall newCall) {
    uses++;
    call = newCall;
    answered = false;
    failure = null;
  }

  void pause() {
    paused = true;
    AutoRead.set(channel(), false);
  }

  void resume() {
    paused = false;
    process();
    if (!paused && !closed) {
      AutoRead.set(channel(), true);
    }
  }

  void close() {
    context.close();
  }

  /** The current call is over, and whatever was not read of it is of no interest. */
  void abandon() {
    call = null;
    if (!processing) {
      inbox.clear();
    }
    close();
  }

  /** Leaves HTTP. What the server has sent and sends from now on is the tunnel's. */
  void becomes(Tunnel newTunnel) {
    call = null;
    tunnel = newTunnel;
    while (!inbox.isEmpty()) {
      newTunnel.part(inbox.take());
    }
    newTunnel.flush();
    if (closed) {
      newTunnel.end();
    }
  }

  /**
   * The current call's response has ended.
   *
   * @param reusable whether both sides agree to go on
   */
  void callEnded(boolean reusable) {
    call = null;
    reader.reset();
    boolean leftOver = !inbox.isEmpty() && (inbox.peek().isReadable() || inbox.hasMore());
    if (!closed && reusable && !leftOver && !paused) {
      home.released(this);
    } else {
      close();
    }
  }

  private void process() {
    if (processing) {
      return;
    }
    processing = true;
    try {
      while (!inbox.isEmpty() && call != null && tunnel == null && !paused) {
        ByteBuf in = inbox.peek();
        int before = in.readableBytes();
        consume(in);
        if (inbox.peek() == in) {
          inbox.read(before - in.readableBytes());
          if (!in.isReadable()) {
            inbox.take().release();
          }
        }
      }
    } finally {
      processing = false;
    }
    if (call == null && tunnel == null) {
      inbox.clear();
    } else if (closed && inbox.isEmpty() && tunnel == null) {
      inputEnded();
    }
  }

  private void consume(ByteBuf in) {
    answered = true;
    CarriedCall current = call;
    try {
      reader.read(in, current);
    } catch (MalformedException e) {
      current.broken(new CallFailure(CallFailure.Kind.MALFORMED, e.getMessage()));
    }
  }

  /** The server sends nothing more. */
  private void inputEnded() {
    CarriedCall current = call;
    if (reader.endsWithConnection() && failure == null && endedProperly()) {
      current.end(Head.NONE);
    } else {
      current.broken(
          new CallFailure(
              CallFailure.Kind.RESET,
              failure == null ? "the connection was closed" : failure.toString()));
    }
  }

  /** TLS tells an end from a cut. */
  private boolean endedProperly() {
    return closedByTls || channel().pipeline().get(SslHandler.class) == null;
  }
}
