package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import java.nio.charset.StandardCharsets;

/**
 * Writes one message to a connection, and its body as its head says. Small parts go out together
 * with the head, in one system call. On one event loop.
 */
final class MessageWriter {

  static final ByteBuf CONTINUE =
      Unpooled.unreleasableBuffer(
          Unpooled.directBuffer()
              .writeBytes("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII))
              .asReadOnly());

  private static final int MAX_CHUNK_HEAD = 12;
  private static final byte[] CRLF = {'\r', '\n'};
  private static final byte[] LAST_CHUNK = {'0', '\r', '\n'};

  private final ChannelHandlerContext context;
  private ByteBuf held;
  private long length;
  private boolean begun;
  private boolean inChunk;

  MessageWriter(ChannelHandlerContext context) {
    this.context = context;
  }

  /** Whether the head was written. */
  boolean begun() {
    return begun;
  }

  /** Whether only the end of the connection ends the body. */
  boolean endsWithConnection() {
    return begun && length == Framing.UNTIL_CLOSE;
  }

  /** Sends an interim response at once. */
  void interim(ByteBuf head) {
    context.writeAndFlush(head, context.voidPromise());
  }

  /** Begins a message whose body has that length. */
  void head(ByteBuf head, long bodyLength) {
    begun = true;
    length = bodyLength;
    held = head;
  }

  /** Writes a part of the body. */
  void part(ByteBuf part) {
    int size = part.readableBytes();
    if (length == Framing.CHUNKED) {
      chunkHead(size);
    }
    if (held != null && size <= held.writableBytes()) {
      held.writeBytes(part);
      part.release();
    } else {
      writeHeld();
      context.write(part, context.voidPromise());
    }
  }

  /** Writes the end of the body. */
  void end(Head trailers) {
    if (length != Framing.CHUNKED) {
      writeHeld();
      return;
    }
    ByteBuf end = framing(MAX_CHUNK_HEAD + trailers.bytes.length);
    if (inChunk) {
      end.writeBytes(CRLF);
    }
    end.writeBytes(LAST_CHUNK);
    for (int i = 0; i < trailers.size(); i++) {
      if (trailers.known(i) == HeaderName.OTHER) {
        int start = trailers.position(i, Head.NAME_START);
        end.writeBytes(trailers.bytes, start, trailers.position(i, Head.VALUE_END) - start);
        end.writeBytes(CRLF);
      }
    }
    end.writeBytes(CRLF);
    if (end == held) {
      writeHeld();
    } else {
      context.write(end, context.voidPromise());
    }
  }

  /** Sends what was written. */
  void flush() {
    writeHeld();
    context.flush();
  }

  /** Lets go of what was not written. */
  void discard() {
    if (held != null) {
      held.release();
      held = null;
    }
  }

  private void chunkHead(int size) {
    ByteBuf head = framing(MAX_CHUNK_HEAD);
    if (inChunk) {
      head.writeBytes(CRLF);
    }
    ByteBufUtil.writeAscii(head, Integer.toHexString(size));
    head.writeBytes(CRLF);
    inChunk = true;
    if (head != held) {
      context.write(head, context.voidPromise());
    }
  }

  /** Where so many bytes of framing can be written: behind what is held, or in a new buffer. */
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
}
