package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A connection to an upstream, which carries one call at a time. A byte that belongs to no call
 * closes it. Confined to its event loop.
 */
final class UpstreamConnection extends ChannelInboundHandlerAdapter
    implements CallCarrier, Deadlines.Owner, Inbox.Reader {

  private final ConnectionListener<UpstreamConnection> listener;
  private final ResponseReader reader;
  private final Inbox inbox = new Inbox();
  private final ReadRound round = new ReadRound();
  private final CloseCause closeCause = new CloseCause();
  private ChannelHandlerContext context;
  private @Nullable CarriedCall call;
  private @Nullable Tunnel tunnel;
  private boolean paused;
  private boolean answered;
  private boolean closing;
  private boolean closed;
  private boolean used;
  private boolean reused;

  /** The deadline of an idle connection. */
  final Deadlines.Deadline aging = new Deadlines.Deadline(this);

  /** Whether the pool counts the connection as open. */
  boolean counted;

  @SuppressWarnings("NullAway.Init") // The context is set by handlerAdded, before any other call.
  UpstreamConnection(HeadParsers parsers, ConnectionListener<UpstreamConnection> listener) {
    this.listener = listener;
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
    closeCause.happened(event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    closeCause.failed(cause);
    InternalErrors.log(cause);
    if (!(cause instanceof IOException)) {
      close(); // TLS or an error of ours; after a reset the rest is still read.
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    closed = true;
    listener.closed(this);
    if (tunnel != null) {
      tunnel.end();
    } else if (call == null) {
      inbox.clear();
    } else if (inbox.isEmpty()) {
      inputEnded(call);
    }
  }

  @Override
  public void overdue(Deadlines list) {
    close(); // Idle for too long.
  }

  @Override
  public Channel channel() {
    return context.channel();
  }

  @Override
  public StreamWriter writer() {
    return new MessageWriter(context);
  }

  /** Whether the connection is closed, or about to be. */
  boolean isClosed() {
    return closed || closing;
  }

  /** Marks the connection as idle: from now on the upstream may close it at any time. */
  void rest() {
    used = true;
  }

  @Override
  public boolean maybeClosedBefore() {
    return reused && !answered;
  }

  @Override
  public void begin(CarriedCall newCall) {
    reused = used;
    used = true;
    call = newCall;
    answered = false;
    closeCause.reset();
  }

  @Override
  public void pause() {
    paused = true;
    AutoRead.set(channel(), false);
  }

  @Override
  public void resume() {
    paused = false;
    process();
    if (call != null && !inbox.isProcessing()) {
      call.readComplete();
    }
    if (!paused && !closed) {
      AutoRead.set(channel(), true);
    }
  }

  @Override
  public void close() {
    closing = true;
    listener.closed(this);
    context.close();
  }

  @Override
  public void abandon() {
    call = null;
    if (!inbox.isProcessing()) {
      inbox.clear();
    }
    close();
  }

  @Override
  public void becomes(Tunnel newTunnel) {
    call = null;
    tunnel = newTunnel;
    inbox.drainTo(newTunnel::part);
    newTunnel.flush();
    if (closed) {
      newTunnel.end();
    }
  }

  @Override
  public void callEnded(boolean sent, boolean keepsAlive) {
    call = null;
    reader.reset();
    if (isClosed() || !sent || !keepsAlive || inbox.hasUnread() || !channel().isWritable()) {
      close();
    } else { // A surplus byte must not become part of the next response.
      round.whenOver(context, paused, this::release);
      paused = false;
    }
  }

  private void release() {
    if (!isClosed()) {
      listener.released(this);
    }
  }

  private void process() {
    if (!inbox.process(this)) {
      return;
    }
    if (call == null && tunnel == null) {
      inbox.clear();
    } else if (closed && inbox.isEmpty() && call != null && tunnel == null) {
      inputEnded(call);
    }
  }

  @Override
  public boolean wantsBytes() {
    return call != null && tunnel == null && !paused;
  }

  @Override
  public void consume(ByteBuf in) {
    answered = true;
    CarriedCall current = Objects.requireNonNull(call);
    try {
      reader.read(in, current);
    } catch (MalformedException e) {
      if (call == current) {
        current.broken(new CallFailure(CallFailure.Kind.MALFORMED, e.detail()));
      }
    }
  }

  /** Ends the call whose connection ended: with success if its response ends that way. */
  private void inputEnded(CarriedCall current) {
    if (reader.endsWithConnection() && closeCause.isCleanEnd(channel())) {
      current.end(Head.NONE);
    } else {
      current.broken(closeCause.callFailure());
    }
  }
}
