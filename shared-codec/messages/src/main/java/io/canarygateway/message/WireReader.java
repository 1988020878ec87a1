package io.canarygateway.message;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Reads the fields that a {@link WireWriter} wrote. Not safe for use by several threads. */
final class WireReader {

  private final Buffer buffer;
  private int position;

  WireReader(Buffer buffer, int position) {
    this.buffer = buffer;
    this.position = position;
  }

  int readByte() {
    return buffer.getUnsignedByte(position++);
  }

  int readInt() {
    position += Integer.BYTES;
    return buffer.getInt(position - Integer.BYTES);
  }

  long readLong() {
    position += Long.BYTES;
    return buffer.getLong(position - Long.BYTES);
  }

  Buffer readBytes() {
    int length = readInt();
    position += length;
    return buffer.getBuffer(position - length, position);
  }

  String readString() {
    return readBytes().toString(StandardCharsets.UTF_8);
  }

  <T> List<T> readList(Function<WireReader, T> element) {
    List<T> list = new ArrayList<>();
    for (int left = readInt(); left > 0; left--) {
      list.add(element.apply(this));
    }
    return list;
  }
}
