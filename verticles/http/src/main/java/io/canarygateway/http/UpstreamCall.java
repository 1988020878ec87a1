package io.canarygateway.http;

import io.netty.buffer.ByteBuf;

/**
 * One request to an upstream and its response. It gets a connection from the target, sends, and
 * reads. If an address cannot be connected to, the next one is tried, each once. If a reused
 * connection turns out to be closed, the request is sent once more on a new one. Confined to the
 * target's event loop.
 */
public final class UpstreamCall {

  private final UpstreamTarget target;
  private final CallRequest request;
  private final CallListener listener;
  private final CallClock clock;
  private CallAttempt attempt;
  private boolean retried;

  /** A call that has not begun. */
  public UpstreamCall(UpstreamTarget target, CallRequest request, CallListener listener) {
    this.target = target;
    this.request = request;
    this.listener = listener;
    this.clock = new CallClock(target, list -> attempt.overdue());
    this.attempt = new CallAttempt(target, request, listener, clock, this::retry);
  }

  /** Begins the call. From now on its listener is called. */
  public void begin() {
    clock.begin();
    attempt.begin(false);
  }

  /** Writes a part of the request's body, which the call releases. */
  public void write(ByteBuf part) {
    attempt.write(part);
  }

  /** Sends all that was written. */
  public void flush() {
    attempt.flush();
  }

  /** Whether the upstream takes more bytes for now. */
  public boolean writable() {
    return attempt.writable();
  }

  /** Ends the request's body. */
  public void finishBody() {
    attempt.finishBody();
  }

  /** Whether a line of the newest response head is passed on, or concerns the connection alone. */
  public boolean passes(ResponseHead head, int line) {
    return attempt.passes(head, line);
  }

  /** Stops reading the response. */
  public void pause() {
    attempt.pause();
  }

  /** Continues to read the response. */
  public void resume() {
    attempt.resume();
  }

  /** Ends the call at once, in any state. Its listener is not called any more. */
  public void abandon() {
    attempt.abandon();
  }

  /** Ends the call as if its timeout were over: its listener is told of a failure. */
  public void expire() {
    clock.end();
    attempt.overdue();
  }

  /** Ends the call and hands its connection over to a tunnel. */
  UpstreamConnection takeConnection() {
    return attempt.takeConnection();
  }

  /** Sends the request on a new connection, unless that was done before. Returns whether it did. */
  private boolean retry() {
    if (retried) {
      return false;
    }
    retried = true;
    listener.retried();
    attempt = new CallAttempt(target, request, listener, clock, this::retry);
    attempt.begin(true);
    return true;
  }
}
