package io.canarygateway.snapshot;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageCodec;

/**
 * Hands {@link ConfigSnapshot}s over by reference within a process. They never leave it; other
 * nodes get a {@code NodeSnapshot}.
 */
public final class SnapshotCodec implements MessageCodec<ConfigSnapshot, ConfigSnapshot> {

  private SnapshotCodec() {}

  /**
   * Registers it on an event bus; once per Vert.x, before the first verticle.
   *
   * @throws IllegalStateException if it is registered already
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
