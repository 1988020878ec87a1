package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;

/**
 * A connection to a server, which carries one call at a time. It is used again only if nothing is
 * left over: a byte that no call asked for closes it.
 */
final class UpstreamConnection extends ChannelInboundHandlerAdapter implements Deadlines.Owner {

  private final ConnectionHome<UpstreamConnection> home;
  private final ResponseReader reader;
  private final Inbox inbox = new Inbox();
  private final ReadRound round = new ReadRound();
  private final Ending ending = new Ending();
  private ChannelHandlerContext context;
  private CarriedCall call;
  private Tunnel tunnel;
  private boolean paused;
  private boolean processing;
  private boolean answered;
  private boolean closing;
  private boolean closed;
  private boolean used;
  private boolean reused;

  /** Its place among the idle ones. */
  final Deadlines.Deadline aging = new Deadlines.Deadline(this);

  boolean counted; // Whether the pool counts it as open.

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
    round.begin();
    if (tunnel != null) {
      tunnel.part(in);
    } else if (call == null) {
      in.release();
      close();
    } else {
      inbox.add(in);
      process();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    round.end();
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
    ending.happened(event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ending.failed(cause);
    OwnFaults.log(cause);
    if (!(cause instanceof IOException)) { // What was sent before a reset is still read.
      close();
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

  @Override
  public void overdue(Deadlines list) {
    close(); // It was idle for long enough.
  }

  Channel channel() {
    return context.channel();
  }

  ChannelHandlerContext context() {
    return context;
  }

  /** Whether it is closed, or about to be. */
  boolean isClosed() {
    return closed || closing;
  }

  /** The server may close it from now on. */
  void rest() {
    used = true;
  }

  /** Whether the server may have closed it just before it was used for the current call. */
  boolean maybeClosedBefore() {
    return reused && !answered;
  }

  void begin(CarriedCall newCall) {
    reused = used;
    used = true;
    call = newCall;
    answered = false;
    ending.reset();
  }

  void pause() {
    paused = true;
    AutoRead.set(channel(), false);
  }

  void resume() {
    paused = false;
    process();
    if (call != null && !processing) {
      call.readComplete();
    }
    if (!paused && !closed) {
      AutoRead.set(channel(), true);
    }
  }

  @Override
  public void close() {
    closing = true;
    home.closed(this);
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
    inbox.drainTo(newTunnel::part);
    newTunnel.flush();
    if (closed) {
      newTunnel.end();
    }
  }

  /**
   * The current call's response has ended. If it is reusable, the next call gets the connection
   * once all was read that has arrived: a byte too many would be taken for the next answer.
   */
  void callEnded(boolean reusable) {
    call = null;
    reader.reset();
    if (isClosed() || !reusable || inbox.hasUnread() || !channel().isWritable()) {
      close();
    } else {
      round.whenOver(context, paused, this::release);
      paused = false;
    }
  }

  private void release() {
    if (!isClosed()) {
      home.released(this);
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
        inbox.consumed(in, before);
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
      if (call == current) {
        current.broken(new CallFailure(CallFailure.Kind.MALFORMED, e.getMessage()));
      }
    }
  }

  /** The server sends nothing more. */
  private void inputEnded() {
    CarriedCall current = call;
    if (reader.endsWithConnection() && ending.isProper(channel())) {
      current.end(Head.NONE);
    } else {
      current.broken(ending.callFailure());
    }
  }
}
