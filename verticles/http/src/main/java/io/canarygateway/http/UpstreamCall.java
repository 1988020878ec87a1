package io.canarygateway.http;

import io.netty.buffer.ByteBuf;

/**
 * One request to a server and its response: gets a connection, sends, reads, and begins anew once
 * if a connection that was used before turns out to be closed. All calls come from the pool's event
 * loop.
 */
public final class UpstreamCall {

  private final UpstreamPool pool;
  private final CallRequest request;
  private final CallListener listener;
  private final CallClock clock;
  private CallAttempt attempt;
  private boolean retried;

  /** A call that has not begun. */
  public UpstreamCall(UpstreamPool pool, CallRequest request, CallListener listener) {
    this.pool = pool;
    this.request = request;
    this.listener = listener;
    this.clock = new CallClock(pool, list -> attempt.overdue());
    this.attempt = new CallAttempt(pool, request, listener, clock, this::again);
  }

  /** Begins. */
  public void begin() {
    clock.begin();
    attempt.begin(false);
  }

  /** Writes a part of the request's body. */
  public void write(ByteBuf part) {
    attempt.write(part);
  }

  /** Sends what was written so far. */
  public void flush() {
    attempt.flush();
  }

  /** Whether the server takes more for now. */
  public boolean writable() {
    return attempt.writable();
  }

  /** The request's body is complete. */
  public void finishBody() {
    attempt.finishBody();
  }

  /** Whether a line of the newest head is passed on, as far as this connection is concerned. */
  public boolean passes(ResponseHead head, int line) {
    return attempt.passes(head, line);
  }

  /** Stops reading the response for now. */
  public void pause() {
    attempt.pause();
  }

  /** Goes on reading the response. */
  public void resume() {
    attempt.resume();
  }

  /** Ends the call, wherever it is; its listener hears nothing more. */
  public void abandon() {
    attempt.abandon();
  }

  /** The connection belongs to a tunnel from now on. */
  UpstreamConnection takeConnection() {
    return attempt.takeConnection();
  }

  /** Sends the request on a fresh connection, if that was not done before. */
  private boolean again() {
    if (retried) {
      return false;
    }
    retried = true;
    listener.retried();
    attempt = new CallAttempt(pool, request, listener, clock, this::again);
    attempt.begin(true);
    return true;
  }
}
