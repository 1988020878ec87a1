package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A writer of one message to a connection, with the framing that the message's head announces.
 * Small parts go out together with the head, in one system call. Confined to the connection's event
 * loop.
 */
final class MessageWriter implements StreamWriter {

  static final ByteBuf CONTINUE = constant("HTTP/1.1 100 Continue\r\n\r\n");

  private static final ByteBuf END_OF_LINE = constant("\r\n");

  private static final int MAX_CHUNK_HEAD = 12;
  private static final byte[] CRLF = {'\r', '\n'};
  private static final byte[] LAST_CHUNK = {'0', '\r', '\n'};

  private final ChannelHandlerContext context;
  private @Nullable ByteBuf held;
  private long length;
  private boolean begun;

  MessageWriter(ChannelHandlerContext context) {
    this.context = context;
  }

  @Override
  public boolean begun() {
    return begun;
  }

  @Override
  public boolean endsWithConnection() {
    return begun && length == Framing.UNTIL_CLOSE;
  }

  @Override
  public void interim(ByteBuf head) {
    context.writeAndFlush(head, context.voidPromise());
  }

  @Override
  public void head(ByteBuf head, long bodyLength) {
    begun = true;
    length = bodyLength;
    held = head;
  }

  @Override
  public void part(ByteBuf part) {
    int size = part.readableBytes();
    if (length == Framing.CHUNKED && size == 0) {
      part.release(); // An empty chunk would end the body.
    } else if (length == Framing.CHUNKED) {
      ByteBuf head = framing(MAX_CHUNK_HEAD);
      ByteBufUtil.writeAscii(head, Integer.toHexString(size));
      head.writeBytes(CRLF);
      if (head != held) {
        context.write(head, context.voidPromise());
      }
      write(part);
      write(END_OF_LINE.duplicate());
    } else {
      write(part);
    }
  }

  private void write(ByteBuf bytes) {
    if (held != null && bytes.readableBytes() <= held.writableBytes()) {
      held.writeBytes(bytes);
      bytes.release();
    } else {
      writeHeld();
      context.write(bytes, context.voidPromise());
    }
  }

  @Override
  public void end(Head trailers) {
    if (length == Framing.CHUNKED) {
      ByteBuf end = framing(MAX_CHUNK_HEAD + trailers.bytes.length);
      end.writeBytes(LAST_CHUNK);
      for (int i = 0; i < trailers.size(); i++) {
        if (trailers.known(i) == HeaderName.OTHER) {
          int start = trailers.position(i, Head.NAME_START);
          end.writeBytes(trailers.bytes, start, trailers.position(i, Head.VALUE_END) - start);
          end.writeBytes(CRLF);
        }
      }
      end.writeBytes(CRLF);
      if (end != held) {
        context.write(end, context.voidPromise());
      }
    }
    writeHeld();
  }

  @Override
  public void flush() {
    writeHeld();
    context.flush();
  }

  @Override
  public void discard() {
    if (held != null) {
      held.release();
      held = null;
    }
  }

  /**
   * A buffer for so many bytes of framing: the buffer of the head if it has room, else a new one.
   */
  private ByteBuf framing(int bytes) {
    if (held != null && bytes <= held.writableBytes()) {
      return held;
    }
    writeHeld();
    return context.alloc().directBuffer(bytes);
  }

  private void writeHeld() {
    if (held != null) {
      ByteBuf head = held;
      held = null;
      context.write(head, context.voidPromise());
    }
  }

  private static ByteBuf constant(String text) {
    return Unpooled.unreleasableBuffer(
        Unpooled.directBuffer().writeBytes(text.getBytes(StandardCharsets.US_ASCII)));
  }
}
