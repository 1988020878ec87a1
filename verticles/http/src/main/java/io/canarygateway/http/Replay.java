package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is needed to send a request again. The beginning of its body is kept until the response's
 * head, if the upstream can say that it did nothing with the request. Confined to the call's event
 * loop.
 */
final class Replay {

  private static final int MOST_BYTES = 64 * 1024;

  /** A small part may keep a large buffer in memory. */
  private static final int MOST_PARTS = 16;

  private final CallRequest request;
  private @Nullable List<ByteBuf> parts;
  private int bytes;
  private boolean again;
  private boolean finished;
  private Head trailers = Head.NONE;

  /**
   * A request of which nothing was sent.
   *
   * @param keepsBody whether its body is kept
   */
  Replay(CallRequest request, boolean keepsBody) {
    this.request = request;
    this.parts = keepsBody && request.bodyLength() != 0 ? new ArrayList<>(2) : null;
  }

  /** Keeps a part of the body, if there is room. */
  void add(ByteBuf part) {
    if (parts != null) {
      bytes += part.readableBytes();
      parts.add(part.retainedDuplicate());
      if (!again && (bytes > MOST_BYTES || parts.size() > MOST_PARTS)) {
        release();
      }
    }
  }

  /** The request is about to be sent again. Until then, each part of the body has to be kept. */
  void begin() {
    again = true;
  }

  /** The body is complete. */
  void finished(Head newTrailers) {
    finished = true;
    trailers = newTrailers;
  }

  /**
   * Whether the request may be sent again, after its connection or stream has ended.
   *
   * @param phase how far the call was
   */
  boolean isAllowedAfter(CallFailure failure, CallCarrier ended, CallPhase phase) {
    if (failure.kind() != CallFailure.Kind.RESET || phase == CallPhase.RESPONDING) {
      return false;
    }
    return ended.unprocessed()
        ? request.bodyLength() == 0 || parts != null
        : phase == CallPhase.AWAITING_HEAD && ended.maybeClosedBefore() && request.replayable();
  }

  /**
   * Sends the body as far as it is kept.
   *
   * @param write takes a part, and releases it
   * @param finish ends the body, with these trailers
   * @return false if none of it was sent before
   */
  boolean sendTo(Consumer<ByteBuf> write, Consumer<Head> finish) {
    again = false;
    if (parts == null || parts.isEmpty() && !finished) {
      return false;
    }
    for (ByteBuf part : List.copyOf(parts)) {
      write.accept(part.retainedDuplicate());
    }
    if (finished) {
      finish.accept(trailers);
    }
    return true;
  }

  /** Forgets the body. */
  void release() {
    if (parts != null) {
      parts.forEach(ByteBuf::release);
      parts = null;
    }
  }
}
