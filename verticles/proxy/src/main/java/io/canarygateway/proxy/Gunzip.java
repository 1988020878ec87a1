package io.canarygateway.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.compression.DecompressionException;
import io.netty.handler.codec.compression.JdkZlibDecoder;
import io.netty.handler.codec.compression.ZlibWrapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.zip.GZIPOutputStream;

/**
 * Unpacks a gzip body of one or more members, a little at a time, and notices if it is cut short.
 * However much a body unpacks to, little of it is in memory. On one event loop.
 */
final class Gunzip {

  /** A byte of gzip is at most some 1,032 bytes unpacked, so a step is at most half a megabyte. */
  private static final int STEP_BYTES = 512;

  private static final byte[] MARK = "end".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] PACKED_MARK = gzip(MARK);

  /** Its own limit would be for a step, not for a body, and steps are small. */
  private static final int NO_LIMIT = 0;

  private final EmbeddedChannel decoder =
      new EmbeddedChannel(new JdkZlibDecoder(ZlibWrapper.GZIP, true, NO_LIMIT));
  private final Deque<ByteBuf> packed = new ArrayDeque<>();

  /** Takes packed bytes; they are unpacked by {@link #step}. */
  void add(ByteBuf part) {
    packed.add(part);
  }

  /** Whether all packed bytes that were added are unpacked. */
  boolean isEmpty() {
    return packed.isEmpty();
  }

  /**
   * Unpacks a little more.
   *
   * @return what came of it, maybe nothing; the caller releases it
   * @throws DecompressionException if it is not gzip
   */
  ByteBuf step() {
    ByteBuf first = packed.peek();
    ByteBuf piece = first.readRetainedSlice(Math.min(STEP_BYTES, first.readableBytes()));
    if (!first.isReadable()) {
      packed.poll().release();
    }
    return unpack(piece);
  }

  /**
   * Whether what was unpacked is complete: the decoder then takes one more member, and at any other
   * place something else comes of its bytes.
   */
  boolean complete() {
    ByteBuf mark;
    try {
      mark = unpack(Unpooled.wrappedBuffer(PACKED_MARK));
    } catch (DecompressionException e) {
      return false;
    }
    boolean complete = mark.equals(Unpooled.wrappedBuffer(MARK));
    mark.release();
    return complete;
  }

  /** Lets go of the memory. */
  void close() {
    while (!packed.isEmpty()) {
      packed.poll().release();
    }
    try {
      decoder.finishAndReleaseAll();
    } catch (DecompressionException e) {
      // Already told by step or complete.
    }
  }

  private ByteBuf unpack(ByteBuf piece) {
    decoder.writeInbound(piece);
    ByteBuf unpacked = decoder.readInbound();
    ByteBuf more = decoder.readInbound();
    if (more == null) {
      return unpacked == null ? Unpooled.EMPTY_BUFFER : unpacked;
    }
    ByteBuf all = Unpooled.buffer().writeBytes(unpacked);
    unpacked.release();
    while (more != null) {
      all.writeBytes(more);
      more.release();
      more = decoder.readInbound();
    }
    return all;
  }

  private static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }
}
