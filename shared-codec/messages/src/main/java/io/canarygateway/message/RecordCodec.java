package io.canarygateway.message;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * The codec of one record. Within a process it passes the same object on. The wire form is a
 * version byte followed by the fields.
 */
final class RecordCodec<T extends Record> implements MessageCodec<T, T> {

  private static final int VERSION = 1;

  private final String name;
  private final Class<T> type;
  private final BiConsumer<WireWriter, T> write;
  private final Function<WireReader, T> read;

  /** A codec that is named after its record. */
  RecordCodec(Class<T> type, BiConsumer<WireWriter, T> write, Function<WireReader, T> read) {
    this(type.getSimpleName(), type, write, read);
  }

  /**
   * A codec whose record was renamed.
   *
   * @param name the name on the wire, which other versions know
   */
  RecordCodec(
      String name, Class<T> type, BiConsumer<WireWriter, T> write, Function<WireReader, T> read) {
    this.name = "gateway." + name;
    this.type = type;
    this.write = write;
    this.read = read;
  }

  Class<T> type() {
    return type;
  }

  @Override
  public void encodeToWire(Buffer buffer, T message) {
    write.accept(new WireWriter(buffer).writeByte(VERSION), message);
  }

  @Override
  public T decodeFromWire(int position, Buffer buffer) {
    WireReader reader = new WireReader(buffer, position);
    int version = reader.readByte();
    if (version != VERSION) {
      throw new IllegalArgumentException(
          name() + ": version " + version + " (expected " + VERSION + ")");
    }
    return read.apply(reader);
  }

  @Override
  public T transform(T message) {
    return message;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public byte systemCodecID() {
    return -1;
  }
}
