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
import org.jspecify.annotations.Nullable;

/**
 * One connection to the daemon's socket: reads a line, writes two lines, and closes unless it is
 * kept alive. A line may arrive in any pieces. Of a line that is longer than any assignment, the
 * excess is dropped. On the event loop of its group.
 */
final class DaemonConnection extends SimpleChannelInboundHandler<ByteBuf> {

  private final Channel channel;
  private final RouteSocket socket;
  private final boolean keepAlive;
  private final boolean counted;
  private final byte[] line = new byte[Assignment.MAX_LENGTH + 1];
  private int length;
  private boolean tooLong;
  private boolean answeredAny;

  /** Whether no more input is read. */
  private boolean over;

  private ConnectionGroup group;

  /** When the connection began or, if it is kept alive, when its last line was answered. */
  private long silentSinceNanos = System.nanoTime();

  /**
   * Creates a connection with no input yet.
   *
   * @param counted whether its lines and its end count in the meters
   */
  DaemonConnection(
      Channel channel,
      RouteSocket socket,
      ConnectionGroup group,
      boolean keepAlive,
      boolean counted) {
    this.channel = channel;
    this.socket = socket;
    this.group = group;
    this.keepAlive = keepAlive;
    this.counted = counted;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, ByteBuf input) {
    ByteBuf answers = null;
    while (!over && input.isReadable()) {
      Answer answer = readLine(input);
      if (answer != null) {
        // The answers to all lines of the input are written together.
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
      group.renew(this);
    }
  }

  /** Reads to the end of a line and returns its answer; null if the input ends before. */
  private @Nullable Answer readLine(ByteBuf input) {
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
          return answer(); // The rest of the line cannot make it an assignment.
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
    Answer answer = tooLong ? socket.refusing() : socket.answerTo(line, length);
    length = 0;
    tooLong = false;
    answeredAny = true;
    silentSinceNanos = keepAlive ? start : silentSinceNanos;
    over = !keepAlive || socket.isClosing();
    if (counted) {
      socket.metrics(group).answered(answer, System.nanoTime() - start);
    }
    return answer;
  }

  /** Reads no more lines while the client leaves too many answers unread. */
  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    channel.config().setAutoRead(channel.isWritable());
  }

  /** Closes after the answers are written: a client that sends no more may still read. */
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE) {
      over = true;
      ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    close(); // The connection is broken.
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    over = true;
    group.remove(this);
    if (counted) {
      socket.metrics(group).ended(answeredAny);
    }
  }

  /** The time since the connection began, or since the last answer of a kept connection. */
  long silentNanos(long now) {
    return now - silentSinceNanos;
  }

  /** Moves to the event loop of another group; the old group has removed the connection before. */
  void moveTo(ConnectionGroup other) {
    channel
        .deregister()
        .addListener(
            deregistered -> {
              other.execute(() -> enter(other));
              other.loop().register(channel).addListener(registered -> channel.flush());
            });
  }

  private void enter(ConnectionGroup other) {
    group = other;
    other.add(this, false);
  }

  /** Whether it came in by a socket. */
  boolean isOf(RouteSocket which) {
    return socket == which;
  }

  /** Closes the connection at once. */
  void close() {
    over = true;
    channel.close();
  }

  /** Closes a connection that is between two lines; others get their answer first. */
  void drain() {
    if (length == 0 && (answeredAny || keepAlive)) {
      close();
    }
  }
}
