package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A decoder that takes the body of one message out of a connection's bytes, and leaves the bytes
 * behind the body in the buffer. Confined to one event loop.
 */
final class BodyDecoder {

  private enum State {
    DATA,
    SIZE,
    EXTENSION,
    SIZE_LF,
    CHUNK,
    CHUNK_CR,
    CHUNK_LF,
    TRAILERS,
    ENDED
  }

  /** One more hexadecimal digit could overflow a {@code long}. */
  private static final int MAX_SIZE_DIGITS = 15;

  /** Chunk extensions are dropped, so only an attack sends kilobytes of them. */
  private static final int MAX_EXTENSION_BYTES = 4 * 1024;

  private final boolean untilClose;
  private State state;
  private long left;
  private int sizeDigits;
  private int extensionBytes;
  private @Nullable HeadParser trailers;

  /**
   * A decoder for one body.
   *
   * @param length the body's length in bytes, or a constant of {@link Framing}
   */
  BodyDecoder(long length) {
    untilClose = length == Framing.UNTIL_CLOSE;
    if (length == Framing.CHUNKED) {
      state = State.SIZE;
    } else {
      state = length == 0 ? State.ENDED : State.DATA;
      left = untilClose ? Long.MAX_VALUE : length;
    }
  }

  /** Whether the whole body was decoded. */
  boolean ended() {
    return state == State.ENDED;
  }

  /** Whether only the end of the connection ends the body. */
  boolean endsWithConnection() {
    return untilClose;
  }

  /**
   * Decodes the bytes that have arrived, up to the end of the body.
   *
   * @throws MalformedException if the chunks or the trailers are malformed
   */
  void decode(ByteBuf in, BodySink sink) throws MalformedException {
    while (in.isReadable() && state != State.ENDED) {
      switch (state) {
        case DATA, CHUNK -> data(in, sink);
        case TRAILERS -> trailers(in, sink);
        default -> framing(in.readByte());
      }
    }
  }

  private void data(ByteBuf in, BodySink sink) {
    int count = (int) Math.min(in.readableBytes(), left);
    left -= count;
    boolean last = left == 0;
    if (last) {
      state = state == State.CHUNK ? State.CHUNK_CR : State.ENDED;
    }
    sink.part(in.readRetainedSlice(count));
    if (last && state == State.ENDED) {
      sink.end(Head.NONE);
    }
  }

  private void trailers(ByteBuf in, BodySink sink) throws MalformedException {
    if (trailers == null && startsWithCrlf(in)) {
      in.skipBytes(2);
      state = State.ENDED;
      sink.end(Head.NONE);
      return;
    }
    if (trailers == null) {
      trailers = new HeadParser(FirstLine.Kind.NONE, HeadLimits.TRAILERS);
    }
    if (trailers.feed(in)) {
      state = State.ENDED;
      sink.end(trailers.head());
    }
  }

  private static boolean startsWithCrlf(ByteBuf in) {
    return in.readableBytes() >= 2
        && in.getByte(in.readerIndex()) == '\r'
        && in.getByte(in.readerIndex() + 1) == '\n';
  }

  private void framing(byte b) throws MalformedException {
    switch (state) {
      case SIZE -> size(b);
      case EXTENSION -> extension(b);
      case SIZE_LF -> {
        expect(b, '\n');
        sizeDigits = 0;
        state = left == 0 ? State.TRAILERS : State.CHUNK;
      }
      case CHUNK_CR -> {
        expect(b, '\r');
        state = State.CHUNK_LF;
      }
      default -> {
        expect(b, '\n');
        state = State.SIZE;
      }
    }
  }

  private void size(byte b) throws MalformedException {
    int digit = Ascii.hex(b);
    if (digit >= 0) {
      if (++sizeDigits > MAX_SIZE_DIGITS) {
        throw MalformedException.of("a chunk is too large");
      }
      left = left * 16 + digit;
    } else if (sizeDigits > 0 && b == '\r') {
      state = State.SIZE_LF;
    } else if (sizeDigits > 0 && b == ';') {
      extensionBytes++;
      state = State.EXTENSION;
    } else {
      throw MalformedException.of("a chunk has no size");
    }
  }

  private void extension(byte b) throws MalformedException {
    if (b == '\r') {
      state = State.SIZE_LF;
    } else if (b >= 0 && b < ' ' && b != '\t'
        || b == 0x7f
        || ++extensionBytes > MAX_EXTENSION_BYTES) {
      throw MalformedException.of(
          "the extensions of a chunk are too long or have a control character");
    }
  }

  private static void expect(byte found, char expected) throws MalformedException {
    if (found != expected) {
      throw MalformedException.of("a chunk or its size does not end with CRLF");
    }
  }
}
