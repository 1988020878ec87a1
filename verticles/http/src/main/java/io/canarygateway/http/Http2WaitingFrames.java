package io.canarygateway.http;

import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The frames of one message's body that wait until they are wanted: each an {@link Http2BodyPart}
 * or a frame of headers. Small frames that wait become one part. Confined to the connection's event
 * loop.
 */
final class Http2WaitingFrames {

  private final Deque<Object> waiting = new ArrayDeque<>(2);

  void add(Object frame) {
    if (!(frame instanceof Http2DataFrame data)) {
      waiting.add(frame);
    } else if (!(waiting.peekLast() instanceof Http2BodyPart last) || !last.add(data)) {
      waiting.add(new Http2BodyPart(data));
    }
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Removes the oldest. Its receiver releases what it holds. Called only if there is one. */
  Object remove() {
    return waiting.remove();
  }

  /** Drops all frames: nobody reads the rest of the body. */
  void drop() {
    for (Object frame : waiting) {
      if (frame instanceof Http2BodyPart part) {
        part.release();
      } else {
        ReferenceCountUtil.release(frame);
      }
    }
    waiting.clear();
  }
}
