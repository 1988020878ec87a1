package io.canarygateway.proxy;

import io.canarygateway.http.BodySink;
import io.canarygateway.http.Head;
import io.canarygateway.http.ServerStream;
import io.canarygateway.http.UpstreamCall;
import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A request's body. It is collected for the sidecar within limits, then sent to the upstream, the
 * collected bytes first. For a fallback, it is also kept while it is sent, so that another upstream
 * can get it from its first byte. Confined to the request's event loop.
 */
final class RequestBody implements BodySink, CollectedBodies.Member {

  private final ServerStream stream;
  private final CollectedBodies bodies;
  private final RequestObserver observer;
  private @Nullable BodyListener listener;
  private long limit;
  private @Nullable HeldBytes held;
  private boolean kept; // Bytes are held after they were sent, too.
  private final ForwardedRequest forwarded;
  private Head trailers = Head.NONE;
  private @Nullable UpstreamCall call;
  private boolean reading;

  RequestBody(
      ServerStream stream,
      CollectedBodies bodies,
      RequestObserver observer,
      ForwardedRequest forwarded) {
    this.forwarded = forwarded;
    this.stream = stream;
    this.bodies = bodies;
    this.observer = observer;
  }

  /** Whether the request has no body. */
  boolean isEmpty() {
    return stream.bodyLength() == 0;
  }

  /** The length to announce: bytes, or {@link io.canarygateway.http.Framing#CHUNKED}. */
  long length() {
    return stream.bodyEnded() && held != null ? held.size() : stream.bodyLength();
  }

  Buffer whole() {
    return held == null ? Buffer.buffer() : held.copy();
  }

  /**
   * Begins to collect the body. Reading stops when the listener is called.
   *
   * @param limitBytes the largest number of bytes to collect
   */
  void collect(long limitBytes, BodyListener newListener) {
    if (stream.bodyLength() > limitBytes) {
      newListener.collected(BodyOutcome.TOO_LARGE);
      return;
    }
    listener = newListener;
    limit = limitBytes;
    held = new HeldBytes(bodies);
    bodies.begin(this);
    read();
  }

  /**
   * Begins to collect the body, and to keep it while it is sent. Reading does not wait for the
   * upstream. The listener is called when the body is complete, and at any time when it is not kept
   * any more.
   *
   * @param limitBytes the largest number of bytes to keep
   */
  void keep(long limitBytes, BodyListener newListener) {
    if (held == null) {
      kept = true;
      collect(limitBytes, newListener);
    } else if (held.size() > limitBytes) {
      newListener.collected(BodyOutcome.TOO_LARGE);
    } else {
      kept = true;
      listener = newListener;
      bodies.begin(this);
      newListener.collected(BodyOutcome.COMPLETE);
    }
  }

  /** Forgets the bytes that were sent. The others are sent before more of the body is read. */
  void stopKeeping() {
    HeldBytes stillHeld = held;
    if (kept && stillHeld != null) {
      endCollecting();
      stillHeld.forgetSent();
      if (call != null) {
        pause();
        send(call);
      }
    }
  }

  /** Stops keeping the body. The next upstream gets it from its first byte. */
  void rewind() {
    endCollecting();
    if (held != null) {
      held.rewind();
    }
    call = null;
    pause();
  }

  @Override
  public void giveUp() {
    collected(BodyOutcome.NO_ROOM);
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
    for (HeldBytes now = held; now != null && now.hasUnsent(); now = held) {
      if (to.writable()) {
        to.write(now.next());
        if (!kept) {
          now.forgetSent();
        }
      } else {
        to.flush(); // This may send more, by an event.
        if (!to.writable()) {
          return;
        }
      }
    }
    if (!kept) {
      held = null;
    }
    if (stream.bodyEnded()) {
      to.finishBody(trailers);
    } else if (!kept) {
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
    HeldBytes collected = Objects.requireNonNull(held);
    collected.add(part);
    if (listener != null) {
      boolean inLimit = collected.size() <= limit;
      if (!inLimit || !collected.charge(this, size)) {
        collected(inLimit ? BodyOutcome.NO_ROOM : BodyOutcome.TOO_LARGE);
      }
    }
    sendKept();
  }

  @Override
  public void end(Head clientTrailers) {
    trailers = forwarded.trailers(clientTrailers);
    observer.requestEnded();
    if (listener != null) {
      collected(BodyOutcome.COMPLETE);
      sendKept();
    } else if (call != null && held == null) {
      call.finishBody(trailers);
    }
  }

  private void sendKept() {
    if (kept && call != null) {
      send(call);
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
    endCollecting();
    if (held != null) {
      held.release();
      held = null;
    }
    call = null;
  }

  private void read() {
    if (reading) {
      stream.resumeBody();
    } else {
      reading = true;
      stream.readBody(this);
    }
  }

  private void pause() {
    if (!stream.bodyEnded()) {
      stream.pauseBody();
    }
  }

  private void collected(BodyOutcome outcome) {
    BodyListener notified = listener;
    if (notified != null) {
      if (outcome != BodyOutcome.COMPLETE) {
        pause();
      }
      if (!kept) {
        endCollecting();
      }
      notified.collected(outcome);
    }
  }

  private void endCollecting() {
    bodies.end(this);
    listener = null;
    kept = false;
  }
}
