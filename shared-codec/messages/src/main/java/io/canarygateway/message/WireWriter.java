package io.canarygateway.message;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.function.BiConsumer;

/** Writes the fields of a message one after the other. Not safe for use by several threads. */
final class WireWriter {

  private final Buffer buffer;

  WireWriter(Buffer buffer) {
    this.buffer = buffer;
  }

  WireWriter writeByte(int value) {
    buffer.appendUnsignedByte((short) value);
    return this;
  }

  WireWriter writeInt(int value) {
    buffer.appendInt(value);
    return this;
  }

  WireWriter writeLong(long value) {
    buffer.appendLong(value);
    return this;
  }

  WireWriter writeBytes(Buffer value) {
    buffer.appendInt(value.length()).appendBuffer(value);
    return this;
  }

  WireWriter writeString(String value) {
    return writeBytes(Buffer.buffer(value));
  }

  <T> WireWriter writeList(List<T> list, BiConsumer<WireWriter, T> element) {
    writeInt(list.size());
    list.forEach(one -> element.accept(this, one));
    return this;
  }
}
