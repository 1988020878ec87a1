package io.canarygateway.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;

/**
 * The bytes of one request's body that are held, in the order in which they are sent. They are
 * charged to the budget of all bodies. Confined to the request's event loop.
 */
final class HeldBytes {

  private static final int PIECE_BYTES = 64 * 1024;

  private final CollectedBodies bodies;
  private final ByteBuf bytes = Unpooled.buffer();
  private long charged;
  private int sent;

  HeldBytes(CollectedBodies bodies) {
    this.bodies = bodies;
  }

  /** The number of bytes that are held. */
  int size() {
    return bytes.readableBytes();
  }

  /** A copy of all bytes. */
  Buffer copy() {
    return Buffer.buffer(ByteBufUtil.getBytes(bytes));
  }

  /** Appends a part, and releases it: a part of a few bytes may keep a large buffer in memory. */
  void add(ByteBuf part) {
    bytes.writeBytes(part);
    part.release();
  }

  /**
   * Charges bytes that were added.
   *
   * @return false if there is no room for them
   */
  boolean charge(CollectedBodies.Member owner, int added) {
    boolean taken = bodies.take(owner, added);
    charged += taken ? added : 0;
    return taken;
  }

  /** Whether there are bytes that were not sent. */
  boolean hasUnsent() {
    return sent < bytes.readableBytes();
  }

  /** The next piece to be sent, which the receiver releases. */
  ByteBuf next() {
    int size = Math.min(PIECE_BYTES, bytes.readableBytes() - sent);
    ByteBuf piece = bytes.retainedSlice(bytes.readerIndex() + sent, size);
    sent += size;
    return piece;
  }

  /** Lets the next piece be the first one again. */
  void rewind() {
    sent = 0;
  }

  /** Drops the bytes that were sent. */
  void forgetSent() {
    bytes.skipBytes(sent);
    giveBack(sent);
    sent = 0;
  }

  /** Returns all that is charged, because the bytes are not needed any more. */
  void release() {
    giveBack(charged);
  }

  private void giveBack(long bytesOrFewer) {
    long given = Math.min(charged, bytesOrFewer);
    charged -= given;
    bodies.giveBack(given);
  }
}
