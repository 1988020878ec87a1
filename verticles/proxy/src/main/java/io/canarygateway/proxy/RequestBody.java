package io.canarygateway.proxy;

import io.canarygateway.http.BodySink;
import io.canarygateway.http.Head;
import io.canarygateway.http.ServerStream;
import io.canarygateway.http.UpstreamCall;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;

/**
 * A request's body: collected for the sidecar as far as it fits, then sent to the upstream, what
 * was collected first. All calls come from the request's event loop.
 */
final class RequestBody implements BodySink, CollectedBodies.Member {

  /** What the collecting came to. */
  enum Outcome {
    /** All of it is here. */
    COMPLETE,
    /** It is more than may be held of one body; the rest is still to come. */
    TOO_LARGE,
    /** It does not fit with the other bodies that are held; the rest is still to come. */
    NO_ROOM
  }

  /** Hears how the collecting went. */
  interface Listener {
    void collected(Outcome outcome);
  }

  private static final Buffer NOTHING = Buffer.buffer(0);
  private static final int PIECE_BYTES = 64 * 1024;

  private final ServerStream stream;
  private final CollectedBodies bodies;
  private final RequestObserver observer;
  private Listener listener;
  private long limit;
  private ByteBuf held;
  private long charged;
  private UpstreamCall call;
  private boolean reading;

  RequestBody(ServerStream stream, CollectedBodies bodies, RequestObserver observer) {
    this.stream = stream;
    this.bodies = bodies;
    this.observer = observer;
  }

  /** Whether nothing follows the head. */
  boolean isEmpty() {
    return stream.bodyLength() == 0;
  }

  /** The length to announce: bytes, or {@link io.canarygateway.http.Framing#CHUNKED}. */
  long length() {
    return stream.bodyEnded() && held != null ? held.readableBytes() : stream.bodyLength();
  }

  /** All that was collected, in one piece; it stays collected. */
  Buffer whole() {
    return held == null ? NOTHING : Buffer.buffer(ByteBufUtil.getBytes(held));
  }

  /**
   * Collects the body, and stops reading it when the listener is called.
   *
   * @param limitBytes held at most
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

  /** Sends it as it comes, what was collected first, as fast as the upstream takes it. */
  void sendTo(UpstreamCall newCall) {
    call = newCall;
    sendOn();
  }

  /** Goes on sending. */
  void sendOn() {
    while (held != null && held.isReadable()) {
      if (!call.writable()) {
        call.flush();
        if (!call.writable()) {
          return;
        }
      }
      int size = Math.min(PIECE_BYTES, held.readableBytes());
      call.write(held.readRetainedSlice(size));
      giveBack(size);
    }
    held = null;
    if (stream.bodyEnded()) {
      call.finishBody();
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
    // A copy: a part of a few bytes would keep the whole buffer that they were read into.
    held.writeBytes(part);
    part.release();
    if (listener != null) {
      boolean inLimit = held.readableBytes() <= limit;
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

  /** Sends what came in one go. */
  void flush() {
    if (call != null) {
      call.flush();
    }
  }

  /** Lets go of what was collected. */
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
    Listener told = listener;
    if (told != null) {
      listener = null;
      bodies.end(this);
      if (outcome != Outcome.COMPLETE) {
        stream.pauseBody();
      }
      told.collected(outcome);
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
