package io.canarygateway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Latin-1 texts as buffers, cut apart anywhere. */
final class Bytes {

  private Bytes() {}

  static ByteBuf of(String text) {
    return Unpooled.copiedBuffer(text, ISO_8859_1);
  }

  /** Cuts a text at random places; with seed 0 it stays whole, with seed 1 each byte is alone. */
  static List<String> cut(String text, long seed) {
    List<String> pieces = new ArrayList<>();
    if (seed == 0) {
      pieces.add(text);
      return pieces;
    }
    Random random = new Random(seed);
    int most = seed == 1 ? 1 : 1 + random.nextInt(text.length() + 1);
    int start = 0;
    while (start < text.length()) {
      int end = Math.min(text.length(), start + 1 + random.nextInt(most));
      pieces.add(text.substring(start, end));
      start = end;
    }
    return pieces;
  }
}
