package io.canarygateway.daemon;

import io.canarygateway.decision.Assignment;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;

/**
 * One connection: a line in, two lines out, and the end, unless it is kept alive. Input may come in
 * any pieces; of a line no more than an assignment may have is ever kept. On the event loop.
 */
final class Conversation extends SimpleChannelInboundHandler<ByteBuf> {

  private final Channel channel;
  private final SocketServer server;
  private final boolean keepAlive;
  private final boolean counted;
  private final byte[] line = new byte[Assignment.MAX_LENGTH + 1];
  private int length;
  private boolean tooLong;
  private boolean answeredAny;
  private boolean over;
  private Room room;

  /** When the connection began or, if it is kept alive, its last line was answered. */
  private long quietSinceNanos = System.nanoTime();

  Conversation(
      Channel channel, SocketServer server, Room room, boolean keepAlive, boolean counted) {
    this.channel = channel;
    this.server = server;
    this.room = room;
    this.keepAlive = keepAlive;
    this.counted = counted;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, ByteBuf input) {
    ByteBuf answers = null;
    while (!over && input.isReadable()) {
      Answer answer = readLine(input);
      if (answer != null) {
        // Those to all lines of the input are written together.
        answers = answers == null ? ctx.alloc().buffer() : answers;
        ByteBufUtil.writeAscii(answers, answer.text());
      }
    }
    if (answers == null) {
      return;
    }
    if (over) {
      ctx.writeAndFlush(answers).addListener(ChannelFutureListener.CLOSE);
    } else {
      ctx.writeAndFlush(answers, ctx.voidPromise());
      room.wentOn(this);
    }
  }

  /** Reads up to the end of a line, or of the input; the answer, if there is one. */
  private Answer readLine(ByteBuf input) {
    while (input.isReadable()) {
      byte octet = input.readByte();
      if (octet == '\n') {
        return answer();
      }
      if (length <= Assignment.MAX_LENGTH) {
        line[length++] = octet;
      }
      if (length > Assignment.MAX_LENGTH && !tooLong) {
        tooLong = true;
        if (!keepAlive) {
          return answer(); // Whatever may still come: it is no assignment.
        }
      }
    }
    return null;
  }

  private Answer answer() {
    long start = System.nanoTime();
    if (length > 0 && line[length - 1] == '\r') {
      length--;
    }
    Answer answer = tooLong ? server.refusing() : server.answerTo(line, length);
    length = 0;
    tooLong = false;
    answeredAny = true;
    quietSinceNanos = keepAlive ? start : quietSinceNanos;
    over = !keepAlive;
    if (counted) {
      room.metrics().answered(answer, System.nanoTime() - start);
    }
    return answer;
  }

  /** Nothing more is read while the client leaves too many answers unread. */
  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    channel.config().setAutoRead(channel.isWritable());
  }

  /** A client that has sent its last line may still read its answers. */
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE) {
      over = true;
      ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    cut(); // The connection is broken.
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    over = true;
    room.left(this);
    if (counted) {
      room.metrics().ended(answeredAny);
    }
  }

  /** For how long it has been quiet. */
  long quietNanos(long now) {
    return now - quietSinceNanos;
  }

  /** Another event loop serves it from now on, which the room it was in has forgotten already. */
  void moveTo(Room other) {
    channel
        .deregister()
        .addListener(
            deregistered -> {
              other.execute(() -> enter(other));
              other.loop().register(channel).addListener(registered -> channel.flush());
            });
  }

  private void enter(Room other) {
    room = other;
    other.enter(this, false);
  }

  /** Ends the connection, whatever it is at. */
  void cut() {
    over = true;
    channel.close();
  }

  /** Ends a connection that is between two lines; others end by themselves or by their time. */
  void drain() {
    if (length == 0 && (answeredAny || keepAlive)) {
      cut();
    }
  }
}
