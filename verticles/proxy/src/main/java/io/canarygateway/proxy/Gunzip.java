package io.canarygateway.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.compression.DecompressionException;
import io.netty.handler.codec.compression.JdkZlibDecoder;
import io.netty.handler.codec.compression.ZlibWrapper;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;

/**
 * Unpacks a gzip body as it comes, of one or more members, and notices if it is cut short. On one
 * event loop.
 */
final class Gunzip {

  private static final int MAX_PART_BYTES = 1 << 20;
  private static final byte[] MARK = {'e', 'n', 'd'};
  private static final byte[] PACKED_MARK = gzip(MARK);

  private final EmbeddedChannel decoder =
      new EmbeddedChannel(new JdkZlibDecoder(ZlibWrapper.GZIP, true, MAX_PART_BYTES));

  /**
   * Unpacks the next part.
   *
   * @throws DecompressionException if it is not gzip
   */
  Buffer unpack(Buffer packed) {
    decoder.writeInbound(Unpooled.wrappedBuffer(packed.getBytes()));
    return read();
  }

  /**
   * Whether what was unpacked is complete: the decoder then takes one more member, and at any other
   * place something else comes of its bytes.
   */
  boolean complete() {
    try {
      return Arrays.equals(unpack(Buffer.buffer(PACKED_MARK)).getBytes(), MARK);
    } catch (DecompressionException e) {
      return false;
    }
  }

  /** Lets go of the decoder's memory. */
  void close() {
    try {
      decoder.finishAndReleaseAll();
    } catch (DecompressionException e) {
      // Already told by unpack or complete.
    }
  }

  private Buffer read() {
    Buffer unpacked = Buffer.buffer();
    for (ByteBuf part = decoder.readInbound(); part != null; part = decoder.readInbound()) {
      byte[] bytes = new byte[part.readableBytes()];
      part.readBytes(bytes);
      part.release();
      unpacked.appendBytes(bytes);
    }
    return unpacked;
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
