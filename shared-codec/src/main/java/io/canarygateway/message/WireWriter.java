package io.canarygateway.message;

import io.vertx.core.buffer.Buffer;

/** Writes the fields of a message one after the other. Not safe for use by many threads. */
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
}
