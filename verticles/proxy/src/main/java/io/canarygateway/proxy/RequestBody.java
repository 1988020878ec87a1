package io.canarygateway.proxy;

import io.canarygateway.http.BodySink;
import io.canarygateway.http.Head;
import io.canarygateway.http.ServerStream;
import io.canarygateway.http.UpstreamCall;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A request's body. It is collected for the sidecar within limits, then sent to the upstream, the
 * collected bytes first. Confined to the request's event loop.
 */
final class RequestBody implements BodySink, CollectedBodies.Member {

  /** The outcome of collecting a body. */
  enum Outcome {
    /** The whole body was collected. */
    COMPLETE,
    /** The body is larger than one body may be. The rest was not read. */
    TOO_LARGE,
    /** The budget for all bodies is used up. The rest was not read. */
    NO_ROOM
  }

  /** The receiver of the outcome. */
  interface Listener {
    void collected(Outcome outcome);
  }

  private static final Buffer NOTHING = Buffer.buffer(0);
  private static final int PIECE_BYTES = 64 * 1024;

  private final ServerStream stream;
  private final CollectedBodies bodies;
  private final RequestObserver observer;
  private @Nullable Listener listener;
  private long limit;
  private @Nullable ByteBuf held;
  private long charged;
  private @Nullable UpstreamCall call;
  private boolean reading;

  RequestBody(ServerStream stream, CollectedBodies bodies, RequestObserver observer) {
    this.stream = stream;
    this.bodies = bodies;
    this.observer = observer;
  }

  /** Whether the request has no body. */
  boolean isEmpty() {
    return stream.bodyLength() == 0;
  }

  /**
   * The length to announce to the upstream: bytes, or {@link
   * io.canarygateway.http.Framing#CHUNKED}.
   */
  long length() {
    return stream.bodyEnded() && held != null ? held.readableBytes() : stream.bodyLength();
  }

  /** A copy of all that was collected. */
  Buffer whole() {
    return held == null ? NOTHING : Buffer.buffer(ByteBufUtil.getBytes(held));
  }

  /**
   * Begins to collect the body. Reading stops when the listener is called.
   *
   * @param limitBytes the largest number of bytes to collect
   */
  void collect(long limitBytes, Listener newListener) {
    if (stream.bodyLength() > limitBytes) {
      newListener.collected(Outcome.TOO_LARGE);
      return;
    }
    listener = newListener;
    limit = limitBytes;
    held = Unpooled.buffer();
    bodies.begin(this);
    read();
  }

  @Override
  public void giveUp() {
    collected(Outcome.NO_ROOM);
  }

  /** Begins to send the body to an upstream, as fast as the upstream takes it. */
  void sendTo(UpstreamCall newCall) {
    call = newCall;
    send(newCall);
  }

  /** Continues to send, because the upstream takes bytes again. */
  void continueSending() {
    send(Objects.requireNonNull(call));
  }

  private void send(UpstreamCall to) {
    while (held != null && held.isReadable()) {
      if (!to.writable()) {
        to.flush();
        if (!to.writable()) {
          return;
        }
      }
      int size = Math.min(PIECE_BYTES, held.readableBytes());
      to.write(held.readRetainedSlice(size));
      giveBack(size);
    }
    held = null;
    if (stream.bodyEnded()) {
      to.finishBody();
    } else {
      read();
    }
  }

  @Override
  public void part(ByteBuf part) {
    observer.requestPart(part);
    if (call != null && held == null) {
      call.write(part);
      if (!call.writable()) {
        call.flush();
        if (!call.writable()) {
          stream.pauseBody();
        }
      }
      return;
    }
    int size = part.readableBytes();
    // Copied, because a part of a few bytes keeps the large buffer that it was read into.
    ByteBuf collected = Objects.requireNonNull(held);
    collected.writeBytes(part);
    part.release();
    if (listener != null) {
      boolean inLimit = collected.readableBytes() <= limit;
      if (!inLimit || !charge(size)) {
        collected(inLimit ? Outcome.NO_ROOM : Outcome.TOO_LARGE);
      }
    }
  }

  @Override
  public void end(Head trailers) {
    if (listener != null) {
      collected(Outcome.COMPLETE);
    } else if (call != null && held == null) {
      call.finishBody();
    }
  }

  /** Sends all that was written to the upstream. */
  void flush() {
    if (call != null) {
      call.flush();
    }
  }

  /** Drops what was collected, and returns its bytes to the budget. */
  void release() {
    bodies.end(this);
    listener = null;
    held = null;
    giveBack(charged);
  }

  private void read() {
    if (reading) {
      stream.resumeBody();
    } else {
      reading = true;
      stream.readBody(this);
    }
  }

  private void collected(Outcome outcome) {
    Listener notified = listener;
    if (notified != null) {
      listener = null;
      bodies.end(this);
      if (outcome != Outcome.COMPLETE) {
        stream.pauseBody();
      }
      notified.collected(outcome);
    }
  }

  private boolean charge(int bytes) {
    boolean taken = bodies.take(this, bytes);
    charged += taken ? bytes : 0;
    return taken;
  }

  private void giveBack(long bytes) {
    long given = Math.min(charged, bytes);
    charged -= given;
    bodies.giveBack(given);
  }
}
