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
 * A decoder of a gzip body of one or more members, which detects a body that is cut short. It
 * unpacks a little at a time, so that only a small part of the unpacked body is in memory. Confined
 * to one event loop.
 */
final class Gunzip {

  /** A byte of gzip unpacks to at most about 1,032 bytes, so a step to at most half a megabyte. */
  private static final int STEP_BYTES = 512;

  private static final byte[] MARK = "end".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] PACKED_MARK = gzip(MARK);

  /** The decoder's own limit would hold for a step, not for a body, and steps are small. */
  private static final int NO_LIMIT = 0;

  private final EmbeddedChannel decoder =
      new EmbeddedChannel(new JdkZlibDecoder(ZlibWrapper.GZIP, true, NO_LIMIT));
  private final Deque<ByteBuf> packed = new ArrayDeque<>();

  /** Adds packed bytes, which {@link #step} unpacks and releases. */
  void add(ByteBuf part) {
    packed.add(part);
  }

  /** Whether all bytes that were added are unpacked. */
  boolean isEmpty() {
    return packed.isEmpty();
  }

  /**
   * Unpacks a few more bytes, of which there have to be some.
   *
   * @return the unpacked bytes, possibly none; the caller releases them
   * @throws DecompressionException if the bytes are no gzip
   */
  ByteBuf step() {
    ByteBuf first = packed.element();
    ByteBuf piece = first.readRetainedSlice(Math.min(STEP_BYTES, first.readableBytes()));
    if (!first.isReadable()) {
      packed.remove().release();
    }
    return unpack(piece);
  }

  /**
   * Whether the body is complete. A decoder at the end of a member accepts one more member; at any
   * other place it does not.
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

  /** Releases all memory. */
  void close() {
    while (!packed.isEmpty()) {
      packed.remove().release();
    }
    try {
      decoder.finishAndReleaseAll();
    } catch (DecompressionException e) {
      // Reported by step or complete before.
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
