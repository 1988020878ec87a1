package io.canarygateway.message;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/** The codec of a record that never leaves the process. It passes the same object on. */
record LocalCodec<T extends Record>(Class<T> type) implements MessageCodec<T, T> {

  @Override
  public void encodeToWire(Buffer buffer, T message) {
    throw new UnsupportedOperationException(name() + " stays within the process");
  }

  @Override
  public T decodeFromWire(int position, Buffer buffer) {
    throw new UnsupportedOperationException(name() + " stays within the process");
  }

  @Override
  public T transform(T message) {
    return message;
  }

  @Override
  public String name() {
    return "gateway." + type.getSimpleName();
  }

  @Override
  public byte systemCodecID() {
    return -1;
  }
}
