package io.canarygateway.snapshot;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageCodec;

/**
 * The codec of {@link ConfigSnapshot}: it passes the same object on within a process. Snapshots
 * never leave the process; other nodes get a {@code NodeSnapshot}.
 */
public final class SnapshotCodec implements MessageCodec<ConfigSnapshot, ConfigSnapshot> {

  private SnapshotCodec() {}

  /**
   * Registers the codec. Call this once per Vert.x, before the first verticle.
   *
   * @param eventBus the event bus
   * @throws IllegalStateException if the codec is registered already
   */
  public static void register(EventBus eventBus) {
    eventBus.registerDefaultCodec(ConfigSnapshot.class, new SnapshotCodec());
  }

  @Override
  public void encodeToWire(Buffer buffer, ConfigSnapshot snapshot) {
    throw new UnsupportedOperationException("snapshots stay within the process");
  }

  @Override
  public ConfigSnapshot decodeFromWire(int position, Buffer buffer) {
    throw new UnsupportedOperationException("snapshots stay within the process");
  }

  @Override
  public ConfigSnapshot transform(ConfigSnapshot snapshot) {
    return snapshot;
  }

  @Override
  public String name() {
    return "gateway.ConfigSnapshot";
  }

  @Override
  public byte systemCodecID() {
    return -1;
  }
}
