package io.canarygateway.message;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The codec of one record. Within a process it passes the same object on. The wire form is a
 * version byte followed by the fields.
 */
final class RecordCodec<T extends Record> implements MessageCodec<T, T> {

  private final String name;
  private final Class<T> type;
  private final int version;
  private final BiConsumer<WireWriter, T> write;
  private final BiFunction<WireReader, Integer, T> read;

  /** A codec that is named after its record, of a record that has one version. */
  RecordCodec(Class<T> type, BiConsumer<WireWriter, T> write, Function<WireReader, T> read) {
    this(type.getSimpleName(), type, write, read);
  }

  /**
   * A codec whose record was renamed, of a record that has one version.
   *
   * @param name the name on the wire, which other versions know
   */
  RecordCodec(
      String name, Class<T> type, BiConsumer<WireWriter, T> write, Function<WireReader, T> read) {
    this(name, type, 1, write, (in, version) -> read.apply(in));
  }

  /**
   * A codec of a record whose wire form has changed.
   *
   * @param name the name on the wire, which other versions know
   * @param version the version that is written, at least 1
   * @param read reads a record of any version from 1 to {@code version}
   */
  RecordCodec(
      String name,
      Class<T> type,
      int version,
      BiConsumer<WireWriter, T> write,
      BiFunction<WireReader, Integer, T> read) {
    this.name = "gateway." + name;
    this.type = type;
    this.version = version;
    this.write = write;
    this.read = read;
  }

  Class<T> type() {
    return type;
  }

  @Override
  public void encodeToWire(Buffer buffer, T message) {
    write.accept(new WireWriter(buffer).writeByte(version), message);
  }

  @Override
  public T decodeFromWire(int position, Buffer buffer) {
    WireReader reader = new WireReader(buffer, position);
    int found = reader.readByte();
    if (found < 1 || found > version) {
      String expected = version == 1 ? "1" : "1 to " + version;
      throw new IllegalArgumentException(
          name() + ": version " + found + " (expected " + expected + ")");
    }
    return read.apply(reader, found);
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
